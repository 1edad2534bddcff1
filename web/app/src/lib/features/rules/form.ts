import type { Conditions, Rule } from "$lib/api/types";
import { isGiven } from "./wording";

export interface ConditionField {
  name: keyof Conditions;
  label: string;
  type: "list" | "number" | "yes-no";
}

export const FIELDS: ConditionField[] = [
  { name: "sender", label: "Sender: an address, @domain or part of a name", type: "list" },
  { name: "words", label: "Holds one of these words", type: "list" },
  { name: "source", label: "Comes from one of these sources", type: "list" },
  { name: "labels", label: "Has all these labels", type: "list" },
  { name: "without_labels", label: "Has none of these labels", type: "list" },
  { name: "max_priority", label: "Priority at least (1 is highest)", type: "number" },
  { name: "min_priority", label: "Priority at most (5 is lowest)", type: "number" },
  { name: "older_than_days", label: "Older than so many days", type: "number" },
  { name: "min_confidence", label: "Only when this sure (0 to 1)", type: "number" },
  { name: "has_attachment", label: "Has an attachment", type: "yes-no" },
  { name: "wants_follow_up", label: "Wants an answer", type: "yes-no" },
  { name: "suspicious", label: "Is suspicious", type: "yes-no" },
];

/** The argument that a rule's outcome may need, by kind. */
export const ARGUMENTS: Record<string, { name: string; label: string; list: boolean }> = {
  label: { name: "add", label: "Labels to add", list: true },
  forward: { name: "to", label: "Forward to", list: true },
  notify: { name: "text", label: "What to say", list: false },
  create_task: { name: "title", label: "The task", list: false },
  reply: { name: "text", label: "What to answer", list: false },
  draft: { name: "text", label: "What to draft", list: false },
  create_work_item: { name: "project", label: "Project; empty: the one you mostly work in", list: false },
};

/** The arguments that an outcome begins with; what is left out the mail itself says. */
export const BEGINNINGS: Record<string, Rule["then"][number]["arguments"]> = {
  create_follow_up: { about: "", owed_by: "me" },
  create_work_item: { title: "" },
  vote_pull_request: { vote: "approve" },
};

export function blankRule(order: number): Rule {
  return { name: "", when: {}, then: [{ kind: "archive", arguments: {} }], enabled: false, order, standing: false, said: "" };
}

/** A rule as it was edited. Leave to act without asking was given for what stood there: where that changes, he asks again. */
export function edited(rule: Rule, draft: Rule): Rule {
  const isSame = JSON.stringify([draft.when, draft.then]) === JSON.stringify([rule.when, rule.then]);
  return isSame ? draft : { ...draft, standing: false };
}

/** Whether anything but the category narrows the rule, so that nobody agrees to what he does not see. */
export function isNarrowed(rule: Rule): boolean {
  return FIELDS.some((field) => asText(rule.when[field.name]) !== "");
}

export function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : isGiven(value) ? String(value) : "";
}

export function asList(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}

/** A condition's value from what stands in its field; nothing where the field is empty. */
export function fromField(field: ConditionField, text: string): unknown {
  if (text.trim() === "") return undefined;
  if (field.type === "list") return asList(text);
  return field.type === "number" ? Number(text) : text === "yes";
}
