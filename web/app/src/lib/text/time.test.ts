import { expect, test } from "vitest";

import { dueDay, tomorrowMorning, when } from "./time";
import { zone } from "./zone.svelte";

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

test("times are the owner's, wherever the device is", () => {
  const before = zone.name;
  zone.learn("Asia/Kuala_Lumpur");
  const now = new Date("2026-11-22T23:30:00Z");
  expect(when("2026-11-22T16:05:00Z", now)).toBe("00:05");
  expect(when("2026-11-22T15:55:00Z", now)).toBe("Sun 23:55");
  expect(dueDay("2026-11-23", now)).toBe("today");
  expect(tomorrowMorning(now)).toEqual(new Date("2026-11-24T00:00:00Z"));
  zone.learn("Europe/London");
  expect(tomorrowMorning(new Date("2026-03-28T12:00:00Z"))).toEqual(new Date("2026-03-29T07:00:00Z"));
  zone.learn(before);
});

test("a zone that the browser does not know changes nothing", () => {
  const before = zone.name;
  zone.learn("UTC+08:00 or so");
  expect(zone.name).toBe(before);
});
