import { zone as owner } from "$lib/text/zone.svelte";
import { dayOf } from "$lib/features/calendar/days";

const NAME = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en-GB", { month: "short", year: "2-digit", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** The month of a moment, by the owner's own clock. */
export function monthOf(moment: Date, zone = owner.name): string {
  return dayOf(moment, zone).slice(0, 7);
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

export function monthAfter(month: string, by: number): string {
  const moved = first(month);
  moved.setUTCMonth(moved.getUTCMonth() + by);
  return moved.toISOString().slice(0, 7);
}

export function monthName(month: string): string {
  return NAME.format(first(month));
}

export function shortMonth(month: string): string {
  return SHORT.format(first(month));
}

/** A bank's day, which has no time and no zone. */
export function bankDay(day: string): string {
  return DAY.format(new Date(`${day}T00:00:00Z`));
}

function first(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}
