import { zone } from "./zone.svelte";

const DAY = 86_400_000;
const STYLES = {
  hour: { hour: "2-digit", minute: "2-digit" },
  weekday: { weekday: "short" },
  day: { day: "numeric", month: "short" },
  full: { day: "numeric", month: "short", year: "numeric" },
  long: { weekday: "long", day: "numeric", month: "long" },
  wall: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
const made = new Map<string, Intl.DateTimeFormat>();

function format(style: keyof typeof STYLES, timeZone = zone.name): Intl.DateTimeFormat {
  const key = `${style} ${timeZone}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...STYLES[style], timeZone });
  made.set(key, known);
  return known;
}

/** What the owner's clock and calendar show, as if it were UTC. */
function wall(moment: Date): Date {
  const parts = Object.fromEntries(format("wall").formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

function dayNumber(moment: Date): number {
  return Math.floor(wall(moment).getTime() / DAY);
}

/** An absolute time, as short as can be said without doubt: 8:28, Sun 02:14, 3 Nov, 3 Nov 2025. */
export function when(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  const apart = dayNumber(moment) - dayNumber(now);
  if (apart === 0) return clockTime(iso);
  if (Math.abs(apart) < 7) return `${format("weekday").format(moment)} ${clockTime(iso)}`;
  const sameYear = wall(moment).getUTCFullYear() === wall(now).getUTCFullYear();
  return format(sameYear ? "day" : "full").format(moment);
}

/** A day without a time: today, tomorrow, Thu, 3 Dec. */
export function dueDay(date: string, now = new Date()): string {
  const moment = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  const apart = moment.getTime() / DAY - dayNumber(now);
  if (apart === 0) return "today";
  if (apart === 1) return "tomorrow";
  if (apart === -1) return "yesterday";
  return format(Math.abs(apart) < 7 ? "weekday" : "day", "UTC").format(moment);
}

export function clockTime(iso: string): string {
  return format("hour").format(new Date(iso));
}

export function exact(iso: string): string {
  return `${format("long").format(new Date(iso))}, ${clockTime(iso)}`;
}

export function today(now = new Date()): string {
  return format("long").format(now);
}

export function stretch(gap: { start: string; end: string }): string {
  return `${when(gap.start)} to ${when(gap.end)}`;
}

/** Tomorrow at eight by the owner's clock, when a snoozed matter comes back. */
export function tomorrowMorning(now = new Date()): Date {
  const wanted = (dayNumber(now) + 1) * DAY + DAY / 3;
  const offset = (at: number): number => wall(new Date(at)).getTime() - at;
  const first = wanted - offset(wanted);
  return new Date(wanted - offset(first));
}
