import type { Action } from "$lib/api/types";
import { clockOf, dayOf, instant, minuteOf, minutesIn } from "$lib/features/calendar/days";
import { ANSWERS } from "$lib/features/calendar/people";
import { CASTING } from "$lib/features/work/wording";
import { sentence } from "$lib/text/words";

export interface Field {
  name: string;
  label: string;
  value: string;
  many: boolean;
  long: boolean;
  /** A time is edited by the owner's clock. */
  moment: boolean;
  choices: readonly { value: string; says: string }[];
}

const FIXED = new Set(["mime", "message_id", "attachments", "zone", "recurrence", "all_day"]);
const ORDER = ["to", "cc", "bcc", "subject", "text", "title", "start", "end", "attendees", "add_attendees", "remove_attendees", "location", "description"];
const MOMENTS = new Set(["start", "end", "until", "remind_at"]);
const LONG = new Set(["text", "comment", "description"]);
const YES_NO = ["yes", "no"].map((value) => ({ value, says: value }));
const RESPONSES = (["accepted", "tentative", "declined"] as const).map((value) => ({ value, says: ANSWERS[value] }));
const VOTES = Object.entries(CASTING).map(([value, says]) => ({ value, says }));
const CHOICES: Record<string, Field["choices"]> = { response: RESPONSES, vote: VOTES };
const NUMBERS = new Set(["priority", "work_item"]);

/** Where the rest is not the owner's to choose. */
const ALONE: Record<string, readonly string[]> = { answer_invitation: ["response", "text"] };

/** What the owner may change on a card, as text fields; lists are written with commas. */
export function fieldsOf(action: Action): Field[] {
  const names = Object.keys(action.arguments).filter((name) => (ALONE[action.kind]?.includes(name) ?? !FIXED.has(name)));
  return names
    .filter((name) => isEditable(action.arguments[name]))
    .sort((left, right) => rank(left) - rank(right))
    .map((name) => toField(name, action.arguments[name]));
}

/** The arguments with the owner's changes; what he could not see stays as it was. */
export function readFields(action: Action, fields: readonly Field[]): Record<string, unknown> {
  const changed = fields.map((field) => [field.name, fromText(field, action.arguments[field.name])]);
  const kept = Object.entries(action.arguments).filter(([name]) => name !== "mime" && name !== "message_id");
  return { ...Object.fromEntries(kept), ...Object.fromEntries(changed) };
}

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

function isEditable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function toField(name: string, value: unknown): Field {
  const [many, moment] = [Array.isArray(value), MOMENTS.has(name)];
  return {
    name,
    label: sentence(name) + (many ? " (with commas between)" : ""),
    value: toText(value, moment),
    many,
    long: LONG.has(name),
    moment,
    choices: typeof value === "boolean" ? YES_NO : (CHOICES[name] ?? []),
  };
}

function toText(value: unknown, moment: boolean): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = String(value ?? "");
  return moment && text ? `${dayOf(text)}T${clockOf(minuteOf(text))}` : text;
}

function fromText({ name, value: text, many }: Field, before: unknown): unknown {
  if (text === toText(before, MOMENTS.has(name))) return before;
  if (many) return text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean);
  if (typeof before === "boolean") return text === "true" || text === "yes";
  if (text === "" && (before === null || MOMENTS.has(name))) return null;
  if (typeof before === "number" || NUMBERS.has(name)) return Number(text);
  return MOMENTS.has(name) ? instant(text.slice(0, 10), minutesIn(text.slice(11, 16))).toISOString() : text;
}
