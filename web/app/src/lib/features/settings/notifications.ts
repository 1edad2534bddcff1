import type { KindPreference, NoticePreferences } from "$lib/api/types";

/** Every kind of notification there is, in the owner's words. */
export const KINDS: Record<string, string> = {
  briefing: "The morning briefing",
  proposal: "Something waits for your word",
  urgent_mail: "Urgent mail",
  pull_request: "A pull request for you",
  follow_up: "A follow-up is overdue",
  reminder: "A reminder you asked for",
  budget: "A budget is passed",
  money: "A subscription, an odd amount, an invoice, a refund",
  statement: "A bank statement is locked, set aside or missing",
  clash: "Two appointments clash",
  needs_you: "Alfred needs you: a sign-in, a breaker",
};

const UNSAID: KindPreference = { enabled: true, lowest_priority: 5 };

export function wishFor(preferences: NoticePreferences, kind: string): KindPreference {
  return { ...UNSAID, ...preferences.kinds[kind] };
}
