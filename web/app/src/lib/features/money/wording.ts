import { sentence } from "$lib/text/words";
import type { Category, Statement, Transaction } from "./calls";

export const CATEGORIES: readonly Category[] = [
  "groceries", "dining", "transport", "travel", "housing", "utilities", "health", "insurance", "shopping", "entertainment",
  "subscriptions", "education", "gifts", "cash", "fees", "taxes", "savings", "income", "transfer", "other",
];
export const GROUPS = ["food", "home", "bills", "fun", "getting around"] as const;

const STATES: Record<Statement["state"], string> = {
  counted: "Counted",
  needs_password: "Locked",
  set_aside: "Set aside",
  scanned: "A scan, no text in it",
  damaged: "Damaged",
  duplicate: "Had it already",
  not_read: "Not read",
  no_statement: "No statement",
};
const PROOFS: Record<Statement["proof"], string> = {
  balances: "opening and closing balance add up",
  running: "every running balance adds up",
  format: "as the bank’s file says, with no balances to check it by",
  none: "",
};
const READERS: Record<string, string> = { owner: ", mended by you", model: ", read by a model" };
const JUDGES: Record<Transaction["judge"], string> = {
  owner: "you said so",
  own_keywords: "by your keywords",
  keywords: "by its wording",
  local: "learned",
  model: "the model’s guess",
  nobody: "not sorted yet",
};

export const stateName = (state: Statement["state"]): string => STATES[state];
export const proofName = (proof: Statement["proof"]): string => PROOFS[proof];
export const readerName = (reader: string): string => READERS[reader] ?? "";
export const judgeName = (judge: Transaction["judge"]): string => JUDGES[judge];

/** Whether words call it a transfer that nothing in the books bears out; then it counts as spent. */
export function isUnmatched(each: Transaction): boolean {
  return each.category === "transfer" && !each.own_transfer && !["owner", "own_keywords"].includes(each.judge);
}

/** What the transaction is called: its merchant, or else what the bank printed. */
export function nameOf(each: Transaction): string {
  return each.merchant || each.description;
}

export function accountName(each: { bank: string; account: string }): string {
  return [each.bank, each.account].filter(Boolean).join(" · ");
}

export const categoryName = sentence;
