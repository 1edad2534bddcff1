const DAY = 86_400_000;

function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

function daysApart(moment: Date, now: Date): number {
  return Math.round((startOfDay(moment) - startOfDay(now)) / DAY);
}

const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const long = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

/** An absolute time, as short as can be said without doubt: 8:28, Sun 02:14, 3 Nov, 3 Nov 2025. */
export function when(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  const apart = daysApart(moment, now);
  if (apart === 0) return hour.format(moment);
  if (Math.abs(apart) < 7) return `${weekday.format(moment)} ${hour.format(moment)}`;
  return moment.getFullYear() === now.getFullYear() ? day.format(moment) : full.format(moment);
}

/** A day without a time: today, tomorrow, Thu, 3 Dec. */
export function dueDay(date: string, now = new Date()): string {
  const moment = new Date(`${date.slice(0, 10)}T12:00:00`);
  const apart = daysApart(moment, now);
  if (apart === 0) return "today";
  if (apart === 1) return "tomorrow";
  if (apart === -1) return "yesterday";
  return Math.abs(apart) < 7 ? weekday.format(moment) : day.format(moment);
}

export function clockTime(iso: string): string {
  return hour.format(new Date(iso));
}

export function exact(iso: string): string {
  return `${long.format(new Date(iso))}, ${hour.format(new Date(iso))}`;
}

export function today(now = new Date()): string {
  return long.format(now);
}

export function stretch(gap: { start: string; end: string }): string {
  return `${when(gap.start)} to ${when(gap.end)}`;
}

/** Tomorrow at eight, when a snoozed matter comes back. */
export function tomorrowMorning(now = new Date()): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}
