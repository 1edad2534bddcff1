import { expect, test } from "vitest";
import { monthAfter, monthOf } from "./months";

test("a month begins by the owner's clock, not by that of Greenwich", () => {
  const newYear = new Date("2025-12-31T20:00:00Z");
  expect(monthOf(newYear, "Asia/Kuala_Lumpur")).toBe("2026-01");
  expect(monthOf(newYear, "America/New_York")).toBe("2025-12");
});

test("months follow each other over the year's end", () => {
  expect(monthAfter("2025-12", 1)).toBe("2026-01");
});
