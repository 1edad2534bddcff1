export interface KindPreference {
  enabled: boolean;
  max_priority?: number | null;
}

export interface Preferences {
  kinds: Record<string, KindPreference>;
  quiet_hours?: { start: string; end: string } | null;
  daily_cap?: number | null;
  actions?: boolean;
}

export const KIND_WORDS: Record<string, string> = {
  proposal: "Something waits for your word",
  urgent: "Urgent mail",
  urgent_mail: "Urgent mail",
  pull_request: "A pull request for you",
  follow_up: "A follow-up is overdue",
  follow_up_overdue: "A follow-up is overdue",
  budget: "A budget is passed",
  budget_passed: "A budget is passed",
  clash: "Two appointments clash",
  clash_found: "Two appointments clash",
  needs_you: "Alfred needs you: a sign-in, a breaker",
  briefing: "The morning briefing",
};
