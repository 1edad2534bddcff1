import { expect, test } from "vitest";

import { dueDay, tomorrowMorning, when } from "./time";

const MONDAY = new Date(2026, 10, 23, 8, 30);
const at = (day: number, hour: number, minute: number): string => new Date(2026, 10, day, hour, minute).toISOString();

test("times are absolute and as short as they can be", () => {
  expect(when(at(23, 8, 28), MONDAY)).toBe("08:28");
  expect(when(at(22, 2, 14), MONDAY)).toBe("Sun 02:14");
  expect(when(at(3, 9, 0), MONDAY)).toBe("3 Nov");
  expect(when(new Date(2025, 10, 3).toISOString(), MONDAY)).toBe("3 Nov 2025");
});

test("a day due is named as people name it", () => {
  expect(["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-26", "2026-12-24"].map((day) => dueDay(day, MONDAY))).toEqual([
    "yesterday",
    "today",
    "tomorrow",
    "Thu",
    "24 Dec",
  ]);
});

test("a snooze lasts until eight tomorrow, over the end of a month too", () => {
  expect(tomorrowMorning(new Date(2026, 10, 30, 23, 59))).toEqual(new Date(2026, 11, 1, 8));
});
