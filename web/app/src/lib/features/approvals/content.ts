import type { Action } from "$lib/api/types";
import { exact } from "$lib/text/time";
import { sentence } from "$lib/text/words";

export interface Letter {
  headers: { name: string; value: string }[];
  text: string;
  attachments: string[];
  /** What the recipient's calendar reads. */
  calendars: string[];
}

export interface Fact {
  name: string;
  value: string;
  href?: string;
  /** What stands there now, where this changes it. */
  before?: string;
}

const ALWAYS = new Set(["To", "Subject"]);
const LETTERS = new Set(["draft", "send", "reply", "forward", "answer_invitation"]);
const UNSHOWN = new Set(["mime", "message_id"]);
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function isLetter(action: Action): boolean {
  return LETTERS.has(action.kind);
}

/** Every recipient and every word, read from the very bytes that will be sent where those exist already. */
export function readLetter(action: Action): Letter {
  const { outgoing, arguments: args } = action;
  const headers = [
    { name: "From", value: outgoing ? full(outgoing.from) : action.account },
    { name: "To", value: list(outgoing?.to ?? args.to) },
    { name: "Cc", value: list(outgoing?.cc ?? args.cc) },
    { name: "Bcc", value: list(outgoing?.bcc ?? args.bcc) },
    { name: "Reply to", value: list(outgoing?.reply_to ?? args.reply_to) },
    { name: "Subject", value: String(outgoing?.subject ?? args.subject ?? "") },
  ];
  return {
    headers: headers.filter(({ name, value }) => value || ALWAYS.has(name)),
    text: String(outgoing?.text ?? args.text ?? ""),
    attachments: [...(outgoing?.attachments ?? [])],
    calendars: [...(outgoing?.calendars ?? [])],
  };
}

/** The arguments and the target of any other kind, named and in full. */
export function readFacts(action: Action): Fact[] {
  const facts = Object.entries(action.arguments)
    .filter(([name, value]) => !UNSHOWN.has(name) && !isNothing(value))
    .map(([name, value]) => ({ name: sentence(name), value: say(value) }));
  return [...facts, ...target(action)];
}

function target(action: Action): Fact[] {
  const account = action.account ? [{ name: "In", value: action.source || action.account }] : [];
  if (!action.target.startsWith(`${action.account}:`) || !action.account) return account;
  return [...account, { name: "Message", value: "Read it", href: `/messages/${encodeURIComponent(action.target)}` }];
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.map(full).join(", ") : String(value ?? "");
}

function full(person: unknown): string {
  if (typeof person !== "object" || person === null || !("address" in person)) return String(person);
  const name = "name" in person && person.name ? `${String(person.name)} ` : "";
  return name ? `${name}<${String(person.address)}>` : String(person.address);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function say(value: unknown): string {
  if (Array.isArray(value)) return value.map(say).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return TIME.test(value) ? exact(value) : value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
