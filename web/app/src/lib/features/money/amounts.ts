import type { Sum } from "./calls";

const made = new Map<string, Intl.NumberFormat>();

/** The exact amount as it is written where the owner lives: Intl reads the decimal string itself, no float between. */
export function written({ amount, currency }: Sum): string {
  return formatOf(currency).format(amount as Intl.StringNumericLiteral);
}

/** With its sign, so that money in and money out are told apart without colour. */
export function signed(sum: Sum): string {
  return isOut(sum.amount) ? written(sum) : `+${written(sum)}`;
}

export function isOut(amount: string): boolean {
  return amount.startsWith("-");
}

/** How long a bar is, in percent of the longest; only for drawing, never for a sum. */
export function length(amount: string, longest: number): number {
  return longest > 0 ? Math.min(100, Math.max(0, (Number(amount) / longest) * 100)) : 0;
}

/** What belongs to each currency, in the order of their first coming: currencies are never put together. */
export function byCurrency<Item>(items: readonly Item[], currencyOf: (item: Item) => string): [string, Item[]][] {
  const parted = new Map<string, Item[]>();
  for (const item of items) {
    const currency = currencyOf(item);
    parted.set(currency, [...(parted.get(currency) ?? []), item]);
  }
  return [...parted];
}

/** A limit as typed, as the house wants it: 1,300.50 and 1300,50 alike; empty where it is none. */
export function typedLimit(text: string): string {
  const bare = text.trim().replaceAll(/[\s'’]/g, "");
  const decimal = /[.,]\d{1,2}$/.exec(bare)?.index ?? bare.length;
  const whole = bare.slice(0, decimal).replaceAll(/[.,](?=\d{3})/g, "");
  const rest = bare.slice(decimal + 1);
  return /^\d+$/.test(whole) ? whole + (rest ? `.${rest}` : "") : "";
}

function formatOf(currency: string): Intl.NumberFormat {
  const known = made.get(currency) ?? new Intl.NumberFormat("en-GB", { style: "currency", currency, currencyDisplay: "code" });
  made.set(currency, known);
  return known;
}
