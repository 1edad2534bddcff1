import { expect, test } from "vitest";

import { clockOf, dayOf, hoursOf, instant, isDay, minuteOf, minutesIn, plusDays, weekOf } from "./days";

test("a moment lies on the day that the owner's clock shows", () => {
  expect(dayOf("2026-11-23T16:30:00Z", "Asia/Kuala_Lumpur")).toBe("2026-11-24");
  expect(minuteOf("2026-11-23T16:30:00Z", "Asia/Kuala_Lumpur")).toBe(30);
  expect(dayOf("2026-11-23T16:30:00Z", "America/New_York")).toBe("2026-11-23");
});

test("every minute that the wall clock shows leads back to itself", () => {
  for (const zone of ["Asia/Kuala_Lumpur", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"]) {
    for (const day of ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01", "2026-11-24"]) {
      for (const minute of [0, 30, 285, 720, 1439]) {
        const at = instant(day, minute, zone);
        expect([dayOf(at, zone), minuteOf(at, zone)], `${zone} ${day} ${minute}`).toEqual([day, minute]);
      }
    }
  }
});

test("a time that the clock skips is as much later; one that comes twice is the first", () => {
  expect(instant("2026-03-29", 150, "Europe/Berlin").toISOString()).toBe("2026-03-29T01:30:00.000Z");
  expect(instant("2026-03-08", 150, "America/New_York").toISOString()).toBe("2026-03-08T07:30:00.000Z");
  expect(instant("2026-10-25", 150, "Europe/Berlin").toISOString()).toBe("2026-10-25T00:30:00.000Z");
  expect(instant("2026-11-01", 90, "America/New_York").toISOString()).toBe("2026-11-01T05:30:00.000Z");
});

test("days on which the clocks are changed have 23 or 25 hours, and half of one on Lord Howe", () => {
  expect(["2026-03-28", "2026-03-29", "2026-10-25"].map((day) => hoursOf(day, "Europe/Berlin"))).toEqual([24, 23, 25]);
  expect(hoursOf("2026-04-05", "Australia/Lord_Howe")).toBe(24.5);
});

test("a week begins on Monday, also over the end of a year", () => {
  expect(weekOf("2027-01-01")[0]).toBe("2026-12-28");
  expect(weekOf("2026-11-23")[0]).toBe("2026-11-23");
  expect(weekOf("2026-11-29").at(-1)).toBe("2026-11-29");
  expect(plusDays("2028-02-28", 1)).toBe("2028-02-29");
});

test("what stands in the address is a day or nothing", () => {
  expect(["2026-11-24", "2026-13-41", "tomorrow", null].map(isDay)).toEqual([true, false, false, false]);
});

test("minutes are written as a clock shows them", () => {
  expect([clockOf(0), clockOf(570), minutesIn("09:30")]).toEqual(["00:00", "09:30", 570]);
});
