import { zone as owner } from "$lib/text/zone.svelte";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY_MINUTES = 1_440;
const DAY = 24 * HOUR;
const WALL = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const clocks = new Map<string, Intl.DateTimeFormat>();

export type Moment = string | number | Date;

/** What a clock on the wall of `zone` shows, as milliseconds as if it hung in Greenwich. */
function wall(moment: number, zone: string): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("en-GB", { ...WALL, timeZone: zone });
  clocks.set(zone, clock);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = Object.fromEntries(
    clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The calendar day of a moment, as `2026-11-24`. */
export function dayOf(moment: Moment, zone = owner.name): string {
  return new Date(wall(new Date(moment).getTime(), zone)).toISOString().slice(0, 10);
}

/** Minutes since midnight by the clock on the wall. */
export function minuteOf(moment: Moment, zone = owner.name): number {
  return Math.floor((wall(new Date(moment).getTime(), zone) % DAY) / MINUTE);
}

/** When the clock on the wall shows this. What it shows twice is the first time; what it skips is as much later. */
export function instant(day: string, minute: number, zone = owner.name): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE;
  const guesses = [wanted - DAY, wanted + DAY].map((near) => wanted - (wall(near, zone) - near));
  const right = guesses.filter((guess) => wall(guess, zone) === wanted);
  return new Date(right.length ? Math.min(...right) : Math.max(...guesses));
}

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

export function daysFrom(day: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => plusDays(day, index));
}

/** The week that holds `day`, from its Monday. */
export function weekOf(day: string): string[] {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return daysFrom(plusDays(day, -sinceMonday), 7);
}

/** How long a day lasts: 24 hours, but for the two on which the clocks are changed. */
export function hoursOf(day: string, zone = owner.name): number {
  return (instant(plusDays(day, 1), 0, zone).getTime() - instant(day, 0, zone).getTime()) / HOUR;
}

export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `09:30` of 570. */
export function clockOf(minute: number): string {
  const parts = [Math.floor(minute / 60) % 24, minute % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** 570 of `09:30`. */
export function minutesIn(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}
