import { describe, expect, it } from "vitest";
import { byCurrency, signed, typedLimit, written } from "./amounts";
import { monthAfter } from "./months";

const plain = (text: string): string => text.replaceAll(/\s/g, " ");

describe("amounts", () => {
  it("are written exactly, also where a float could not hold them", () => {
    expect(plain(written({ amount: "9007199254740993.01", currency: "MYR" }))).toBe("MYR 9,007,199,254,740,993.01");
  });

  it("have the places that their currency has", () => {
    expect(plain(written({ amount: "1500", currency: "JPY" }))).toBe("JPY 1,500");
    expect(plain(signed({ amount: "0.5", currency: "EUR" }))).toBe("+EUR 0.50");
  });

  it("of two currencies are never put together", () => {
    const sums = [{ currency: "EUR" }, { currency: "MYR" }, { currency: "EUR" }];
    expect(byCurrency(sums, (sum) => sum.currency).map(([name, all]) => [name, all.length])).toEqual([["EUR", 2], ["MYR", 1]]);
  });

  it.each([["1,300.50", "1300.50"], ["1300,50", "1300.50"], ["1.300", "1300"], ["1 300", "1300"], ["-5", ""], ["a lot", ""]])(
    "typed as %s are meant as %s",
    (text, meant) => expect(typedLimit(text)).toBe(meant),
  );
});

it("steps over the turn of the year", () => {
  expect([monthAfter("2026-01", -1), monthAfter("2025-12", 1)]).toEqual(["2025-12", "2026-01"]);
});
