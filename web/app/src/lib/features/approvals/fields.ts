import type { Action } from "$lib/api/types";
import { sentence } from "$lib/text/words";

export interface Field {
  name: string;
  label: string;
  value: string;
  many: boolean;
  long: boolean;
}

const FIXED = new Set(["mime", "message_id", "attachments"]);
const LETTER = ["to", "cc", "bcc", "subject", "text"];

/** What the owner may change on a card, as text fields; lists are written with commas. */
export function fieldsOf(action: Action): Field[] {
  const names = Object.keys(action.arguments).filter((name) => !FIXED.has(name));
  return names
    .filter((name) => isEditable(action.arguments[name]))
    .sort((left, right) => rank(left) - rank(right))
    .map((name) => toField(name, action.arguments[name]));
}

/** The arguments with the owner's changes; what he could not see stays as it was. */
export function readFields(action: Action, fields: readonly Field[]): Record<string, unknown> {
  const changed = fields.map(({ name, value, many }) => [name, fromText(value, many, action.arguments[name])]);
  const kept = Object.entries(action.arguments).filter(([name]) => name !== "mime" && name !== "message_id");
  return { ...Object.fromEntries(kept), ...Object.fromEntries(changed) };
}

function rank(name: string): number {
  const place = LETTER.indexOf(name);
  return place < 0 ? LETTER.length : place;
}

function isEditable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function toField(name: string, value: unknown): Field {
  const many = Array.isArray(value);
  return {
    name,
    label: sentence(name) + (many ? " (with commas between)" : ""),
    value: many ? value.join(", ") : String(value ?? ""),
    many,
    long: name === "text" || name === "comment" || name === "description",
  };
}

function fromText(text: string, many: boolean, before: unknown): unknown {
  if (many) return text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean);
  if (typeof before === "number") return Number(text);
  if (typeof before === "boolean") return text === "true" || text === "yes";
  return text === "" && before === null ? null : text;
}
