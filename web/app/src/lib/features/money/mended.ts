import type { MendedStatement, Statement } from "./calls";

/** A row of the form: what is typed, the lines that it was read from, and a key that it keeps while others come and go. */
export type Row = MendedStatement["lines"][number] & { key: number; printed: readonly string[] };
export type Form = Omit<MendedStatement, "lines"> & { lines: Row[] };

/** The form as it is opened: with the best reading of the document, else with what is known of it. */
export function formOf({ draft, bank, currency }: Statement): Form {
  const lines = (draft?.transactions ?? []).map((each, key) => ({
    key,
    date: each.date,
    description: each.description,
    amount: each.amount,
    balance: each.balance ?? "",
    printed: each.lines ?? [],
  }));
  return {
    bank: draft?.bank || bank || "",
    account: draft?.account ?? "",
    currency: draft?.currency || currency || "",
    start: draft?.start ?? "",
    end: draft?.end ?? "",
    opening: draft?.opening ?? "",
    closing: draft?.closing ?? "",
    kind: draft?.kind ?? "bank",
    lines,
  };
}

/** What is sent of the form. */
export function mendedOf(form: Form): MendedStatement {
  const lines = form.lines.map(({ date, description, amount, balance }) => ({ date, description, amount, balance }));
  return { ...form, currency: form.currency.trim().toUpperCase(), lines };
}

const bare = (line: string): string => line.replaceAll(/\s+/g, " ").trim();

/** Which of the printed lines some row was read from; equal lines count one by one. */
export function taken(lines: readonly string[], rows: readonly Row[]): boolean[] {
  const left = new Map<string, number>();
  for (const line of rows.flatMap((row) => row.printed.map(bare))) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.map(bare).map((line) => {
    const count = left.get(line) ?? 0;
    if (count) left.set(line, count - 1);
    return count > 0;
  });
}

/** How far it is from adding up, as the house worked it out. */
export function gapOf(gap: string | null, currency: string): string {
  if (gap === null) return "both balances are needed";
  if (!/[1-9]/.test(gap)) return "it adds up";
  return `${gap.replace("-", "")} ${currency.toUpperCase()} too ${gap.startsWith("-") ? "little" : "much"}`;
}
