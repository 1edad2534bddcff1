import type { Review, Run, WorkItem } from "$lib/api/types";
import { count, inWords, person } from "$lib/text/words";

type Pull = Review["pull"];
type Reviewer = NonNullable<Pull["reviewers"]>[number];
export type Vote = Reviewer["vote"];
export type RunState = Run["state"];

export const VOTES: Record<NonNullable<Vote>, string> = {
  approve: "approved",
  approve_with_suggestions: "approved with suggestions",
  none: "no vote yet",
  wait: "waits for the author",
  reject: "rejected",
};

/** What a vote would do, as the owner reads it before he gives it. */
export const CASTING: Record<NonNullable<Vote>, string> = {
  approve: "Approve",
  approve_with_suggestions: "Approve, with suggestions",
  none: "Take my vote back",
  wait: "Wait for the author",
  reject: "Reject",
};

export const RUNS: Record<RunState, string> = {
  none: "no pipeline yet",
  running: "pipeline is running",
  succeeded: "pipeline is green",
  failed: "pipeline failed",
  canceled: "pipeline was cancelled",
};

const RISKS: Record<Review["risks"][number], string> = {
  large: "large",
  "no tests": "no tests touched",
  "pipeline red": "pipeline red",
  "no work item": "no work item",
  conflicts: "conflicts with its target",
  "release branch": "goes into a release branch",
  "tries to give orders": "its text tries to give Alfred orders",
};

const HOUR = 3_600_000;
const ORDER: RunState[] = ["failed", "canceled", "running", "none", "succeeded"];

export function riskName(risk: Review["risks"][number]): string {
  return RISKS[risk];
}

/** How long somebody waits, as short as a row needs. */
export function waitOf(since: string, now = Date.now()): string {
  const hours = Math.max(0, Math.floor((now - Date.parse(since)) / HOUR));
  return waitOfHours(hours);
}

export function waitOfHours(hours: number): string {
  if (hours < 1) return "just asked";
  return hours < 48 ? `waits ${count(hours, "hour")}` : `waits ${inWords(Math.floor(hours / 24))} days`;
}

export function sizeOf(files: number): string {
  return count(files, "file");
}

export function testsOf(pull: Pick<Pull, "test_count">): string {
  return pull.test_count ? `${pull.test_count} of them tests` : "none of them a test";
}

export function commitOf(commit: string): string {
  return commit.slice(0, 8);
}

/** Failed first, then what is not over, then what went well; the newest before the older. */
export function byNeed(runs: readonly Run[]): Run[] {
  return [...runs].sort((left, right) => ORDER.indexOf(left.state) - ORDER.indexOf(right.state) || right.queued_at.localeCompare(left.queued_at));
}

/** The work items of each state, in the order in which the states come up. */
export function byState(items: readonly WorkItem[]): [string, WorkItem[]][] {
  const groups = new Map<string, WorkItem[]>();
  for (const item of items) groups.set(item.state, [...(groups.get(item.state) ?? []), item]);
  return [...groups];
}

/** An address from outside, where it leads to a page; nothing for any other. */
export function safeLink(link: string | undefined): string | undefined {
  if (!link || !URL.canParse(link)) return undefined;
  return ["https:", "http:"].includes(new URL(link).protocol) ? link : undefined;
}

export function reviewerWords(reviewer: Reviewer): string {
  const told = person({ name: reviewer.person.name, address: reviewer.person.address ?? "" });
  const name = reviewer.is_owner ? "You" : reviewer.via_team ? `${told}, your team` : told;
  return `${name}: ${VOTES[reviewer.vote ?? "none"]}${reviewer.required ? " (required)" : ""}`;
}
