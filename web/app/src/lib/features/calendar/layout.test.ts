import { expect, test } from "vitest";

import type { CalendarEvent } from "$lib/api/types";
import { agendaOf, barsOf, boxesOf, movedTo } from "./layout";
import { event } from "$lib/test/event";

const KL = "Asia/Kuala_Lumpur";
const BERLIN = "Europe/Berlin";
const at = (id: string, start: string, end: string, more: Partial<CalendarEvent> = {}): CalendarEvent => event({ id, start, end, ...more });
const drawn = (day: string, events: CalendarEvent[], zone: string) =>
  boxesOf(day, events, zone).map(({ event: { id }, top, bottom, column, columns }) => [id, top, bottom, column, columns]);

test("what only touches stands alone; what overlaps stands side by side", () => {
  const events = [at("a", "2026-11-24T02:00:00Z", "2026-11-24T03:00:00Z"), at("b", "2026-11-24T02:30:00Z", "2026-11-24T03:15:00Z"), at("c", "2026-11-24T03:15:00Z", "2026-11-24T04:00:00Z")];
  expect(drawn("2026-11-24", events, KL)).toEqual([
    ["a", 600, 660, 0, 2],
    ["b", 630, 675, 1, 2],
    ["c", 675, 720, 0, 1],
  ]);
});

test("an event is as wide as those beside it allow", () => {
  const events = [
    at("long", "2026-11-24T01:00:00Z", "2026-11-24T05:00:00Z"),
    at("one", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"),
    at("two", "2026-11-24T01:30:00Z", "2026-11-24T02:00:00Z"),
    at("late", "2026-11-24T03:00:00Z", "2026-11-24T04:00:00Z"),
  ];
  expect(boxesOf("2026-11-24", events, KL).map(({ event: { id }, column, span }) => [id, column, span])).toEqual([
    ["long", 0, 1],
    ["one", 1, 1],
    ["two", 2, 1],
    ["late", 1, 2],
  ]);
});

test("a place that is free again is used again, and all of a group are as narrow", () => {
  const events = [at("long", "2026-11-24T01:00:00Z", "2026-11-24T05:00:00Z"), at("one", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"), at("two", "2026-11-24T02:00:00Z", "2026-11-24T03:00:00Z")];
  expect(drawn("2026-11-24", events, KL).map(([id, , , column, columns]) => [id, column, columns])).toEqual([
    ["long", 0, 2],
    ["one", 1, 2],
    ["two", 1, 2],
  ]);
});

test("no two boxes of a day ever cover each other", () => {
  let seed = 7;
  const random = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let round = 0; round < 50; round += 1) {
    const events = Array.from({ length: 12 }, (_, index) => {
      const start = Date.UTC(2026, 10, 23, 16) + random(1_430) * 60_000;
      return at(String(index), new Date(start).toISOString(), new Date(start + random(240) * 60_000).toISOString());
    });
    const boxes = boxesOf("2026-11-24", events, KL);
    expect(boxes.length).toBe(12);
    for (const one of boxes) {
      expect(one.column + one.span).toBeLessThanOrEqual(one.columns);
      const covered = boxes.filter((other) => other !== one && other.column < one.column + one.span && one.column < other.column + other.span && other.top < one.bottom && one.top < other.bottom);
      expect(covered).toEqual([]);
    }
  }
});

test("a meeting over midnight stands on both days", () => {
  const night = at("night", "2026-11-24T14:00:00Z", "2026-11-24T18:00:00Z");
  expect(drawn("2026-11-24", [night], KL)).toEqual([["night", 1320, 1440, 0, 1]]);
  expect(drawn("2026-11-25", [night], KL)).toEqual([["night", 0, 120, 0, 1]]);
  expect(drawn("2026-11-26", [night], KL)).toEqual([]);
});

test("what ends at midnight does not stand on the next day", () => {
  const evening = at("evening", "2026-11-24T14:00:00Z", "2026-11-24T16:00:00Z");
  expect([drawn("2026-11-24", [evening], KL).length, drawn("2026-11-25", [evening], KL).length]).toEqual([1, 0]);
});

test("on the day of 23 hours everything stands where the clock on the wall says", () => {
  const over = at("over", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
  expect(drawn("2026-03-29", [over], BERLIN)).toEqual([["over", 90, 210, 0, 1]]);
});

test("on the day of 25 hours the hour that comes twice hides nothing", () => {
  const first = at("first", "2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z");
  const second = at("second", "2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z");
  const across = at("across", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z");
  expect(drawn("2026-10-25", [first, second], BERLIN)).toEqual([
    ["first", 135, 165, 0, 2],
    ["second", 135, 165, 1, 2],
  ]);
  expect(drawn("2026-10-25", [across], BERLIN)).toEqual([["across", 165, 195, 0, 1]]);
});

test("a whole day is the day of the zone it was planned in, wherever the owner is", () => {
  const birthday = at("birthday", "2026-11-23T16:00:00Z", "2026-11-24T16:00:00Z", { all_day: true, zone: KL });
  const days = ["2026-11-23", "2026-11-24", "2026-11-25"];
  expect(barsOf(days, [birthday], "America/New_York").map(({ from, to }) => [from, to])).toEqual([[1, 1]]);
  expect(boxesOf("2026-11-24", [birthday], KL)).toEqual([]);
});

test("bars are cut to what is shown, and share a line where they can", () => {
  const days = ["2026-11-23", "2026-11-24", "2026-11-25"];
  const whole = (id: string, from: string, to: string) => at(id, `${from}T00:00:00Z`, `${to}T00:00:00Z`, { all_day: true, zone: "UTC" });
  const bars = barsOf(days, [whole("trip", "2026-11-20", "2026-11-24"), whole("fair", "2026-11-23", "2026-11-30"), whole("visit", "2026-11-24", "2026-11-25")], "UTC");
  expect(bars.map(({ event: { id }, from, to, line }) => [id, from, to, line])).toEqual([
    ["trip", 0, 0, 0],
    ["fair", 0, 2, 1],
    ["visit", 1, 1, 0],
  ]);
});

test("the agenda leaves empty days out, and puts whole days first", () => {
  const events = [at("early", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"), at("day", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", { all_day: true, zone: "UTC" })];
  const found = agendaOf(["2026-11-23", "2026-11-24", "2026-11-25"], events, "UTC");
  expect(found.map(({ day, events: those }) => [day, those.map(({ id }) => id)])).toEqual([["2026-11-24", ["day", "early"]]]);
});

test("a moved event lasts as long as before, also over a change of the clocks", () => {
  const meeting = at("m", "2026-10-24T08:00:00Z", "2026-10-24T09:30:00Z");
  expect(movedTo(meeting, new Date("2026-10-25T00:30:00Z"))).toEqual({ start: "2026-10-25T00:30:00.000Z", end: "2026-10-25T02:00:00.000Z" });
});
