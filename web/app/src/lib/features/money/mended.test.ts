import { describe, expect, it } from "vitest";
import type { Statement } from "./calls";
import { formOf, gapOf, mendedOf, taken } from "./mended";

const DRAFT = {
  bank: "Bank", account: "1", currency: "EUR", start: "2024-03-01", end: "2024-03-31", opening: "1.00", closing: "2.00",
  kind: "bank", reader: "general", transactions: [
    { date: "2024-03-02", description: "Pay", amount: "1.30", balance: null, lines: ["02.03.  Pay 1,30"] },
  ],
} as const;
const aside = (draft: unknown): Statement => ({ bank: "By mail", currency: "", draft }) as Statement;

describe("the form of a statement to mend", () => {
  it("begins with the best reading, and sends what is typed and nothing else", () => {
    const form = formOf(aside(DRAFT));
    form.currency = " eur ";
    expect(mendedOf(form)).toEqual({
      bank: "Bank", account: "1", currency: "EUR", start: "2024-03-01", end: "2024-03-31", opening: "1.00",
      closing: "2.00", kind: "bank", lines: [{ date: "2024-03-02", description: "Pay", amount: "1.30", balance: "" }],
    });
  });

  it("is empty where nothing was read", () => {
    expect(formOf(aside(null))).toMatchObject({ bank: "By mail", opening: "", lines: [] });
  });

  it("tells which printed lines were read, each as often as it stands there", () => {
    const { lines } = formOf(aside(DRAFT));
    expect(taken(["Bank", "02.03. Pay 1,30", "02.03. Pay 1,30"], lines)).toEqual([false, true, false]);
  });
});

it.each([
  ["0.30", "0.30 EUR too much"],
  ["-1204.05", "1204.05 EUR too little"],
  ["0.00", "it adds up"],
])("a gap of %s is said as: %s", (gap, said) => expect(gapOf(gap, "eur")).toBe(said));
