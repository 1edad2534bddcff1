import type { Conditions, Rule } from "$lib/api/types";
import { kindName } from "$lib/text/words";

type Say = (value: never) => string;

const or = (values: readonly string[]): string => values.join(" or ");

const SAYINGS: Record<keyof Conditions, Say> = {
  source: (value: string[]) => `comes from ${or(value)}`,
  sender: (value: string[]) => `is sent by ${or(value)}`,
  category: (value: string[]) => `is ${or(value)}`,
  min_priority: (value: number) => `has priority ${value} or lower`,
  max_priority: (value: number) => `has priority ${value} or higher`,
  words: (value: string[]) => `says “${value.join("” or “")}”`,
  labels: (value: string[]) => `is labelled ${value.join(" and ")}`,
  without_labels: (value: string[]) => `is not labelled ${or(value)}`,
  older_than_days: (value: number) => `is older than ${value} days`,
  has_attachment: (value: boolean) => (value ? "has an attachment" : "has no attachment"),
  min_confidence: (value: number) => `I am ${Math.round(value * 100)} % sure`,
  wants_follow_up: (value: boolean) => (value ? "wants an answer" : "wants no answer"),
  suspicious: (value: boolean) => (value ? "is suspicious" : "is not suspicious"),
};

/** A rule's conditions in words: "When it is newsletter and is labelled inbox". */
export function conditionsInWords(when: Conditions): string {
  const parts = (Object.keys(SAYINGS) as (keyof Conditions)[])
    .filter((name) => isGiven(when[name]))
    .map((name) => SAYINGS[name](when[name] as never));
  return `When it ${parts.join(", ")}`;
}

export function outcomesInWords(rule: Rule): string {
  return rule.then.map((outcome) => outcomeName(outcome.kind).toLowerCase()).join(", then ");
}

const DOINGS: Record<string, string> = {
  create_task: "add a task for",
  create_follow_up: "follow up on",
  create_work_item: "enter a work item for",
  vote_pull_request: "approve the pull requests that are asked for by",
};

/** What would have been done, with the messages to follow: "archive", "enter a work item for". */
export function trialInWords(rule: Rule): string {
  return rule.then.map(({ kind }) => DOINGS[kind] ?? kindName(kind).toLowerCase()).join(", and to ");
}

/** A rule's vote is always an approval. */
export function outcomeName(kind: string): string {
  return kind === "vote_pull_request" ? "Approve pull request" : kindName(kind);
}

export function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}
