import type { CalendarEvent } from "$lib/api/types";
import { clockOf, dayOf, hoursOf, minuteOf, plusDays } from "./days";
import { isWhole, wholeDays } from "./layout";

const named = (options: Intl.DateTimeFormatOptions): ((day: string) => string) => {
  const format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  return (day) => format.format(new Date(`${day}T00:00:00Z`));
};

export const weekday = named({ weekday: "short" });
export const longDay = named({ weekday: "long", day: "numeric", month: "long" });
export const monthOf = named({ month: "long" });
const dayAndMonth = named({ day: "numeric", month: "long" });
const withYear = named({ day: "numeric", month: "long", year: "numeric" });

/** The days that are shown: “Tuesday 24 November”, “23–29 November 2026”, “30 November – 6 December 2026”. */
export function stretchOf(days: readonly string[]): string {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  if (first === last) return longDay(first);
  const sameMonth = first.slice(0, 7) === last.slice(0, 7);
  return sameMonth ? `${Number(first.slice(8))}–${withYear(last)}` : `${dayAndMonth(first)} – ${withYear(last)}`;
}

/** When it is, as short as a row needs: `10:00–11:00`, `all day`, `until 09:00`, `from 22:00`. */
export function hoursOn(day: string, event: CalendarEvent, zone?: string): string {
  if (isWhole(event)) return "all day";
  const [from, to] = [dayOf(event.start, zone), dayOf(event.end, zone)];
  const [start, end] = [clockOf(minuteOf(event.start, zone)), clockOf(minuteOf(event.end, zone))];
  if (from < day) return `until ${end}`;
  return to > day && end !== "00:00" ? `from ${start}` : `${start}–${end}`;
}

/** When it is, in full and by the owner's clock. */
export function fullTime(event: Pick<CalendarEvent, "start" | "end" | "all_day" | "zone">, zone?: string): string {
  if (event.all_day) return wholeStretch(wholeDays(event, zone));
  const [from, to] = [dayOf(event.start, zone), dayOf(event.end, zone)];
  const [start, end] = [clockOf(minuteOf(event.start, zone)), clockOf(minuteOf(event.end, zone))];
  return from === to ? `${longDay(from)}, ${start}–${end}` : `${longDay(from)}, ${start} – ${longDay(to)}, ${end}`;
}

function wholeStretch({ first, last }: { first: string; last: string }): string {
  return first === last ? `${longDay(first)}, all day` : `${longDay(first)} – ${longDay(last)}, all day`;
}

/** What the owner has still to know about it, in words: colour alone says nothing. */
export function standing(event: CalendarEvent): string[] {
  const words: string[] = [];
  if (event.response === "declined") words.push("declined");
  else if (event.response === "needs_action") words.push("not answered");
  else if (event.status === "tentative" || event.response === "tentative") words.push("maybe");
  if (!event.busy) words.push("free");
  if (event.private) words.push("private");
  return words;
}

/** The clocks change on this day. */
export function clockChange(day: string, zone?: string): string {
  const hours = hoursOf(day, zone);
  return hours === 24 ? "" : `${hours} hours: the clocks are changed`;
}

export function spokenDay(day: string, today: string): string {
  if (day === today) return "Today";
  if (day === plusDays(today, 1)) return "Tomorrow";
  return day === plusDays(today, -1) ? "Yesterday" : "";
}
