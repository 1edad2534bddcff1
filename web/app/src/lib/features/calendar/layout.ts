import type { CalendarEvent } from "$lib/api/types";
import { DAY_MINUTES, HOUR, dayOf, minuteOf } from "./days";

/** An event as it is drawn on one day: minutes by the clock on the wall, and its place among those beside it. */
export interface Box {
  event: CalendarEvent;
  top: number;
  bottom: number;
  column: number;
  columns: number;
  /** How many columns it fills: all to its right that nothing beside it needs. */
  span: number;
}

/** A bar in the row of whole days: which of the shown days it covers, and its line. */
export interface Bar {
  event: CalendarEvent;
  from: number;
  to: number;
  line: number;
}

const LOWEST_BOX = 30;

type Timed = Pick<CalendarEvent, "start" | "end" | "all_day" | "zone">;

/** Whether it stands in the row of whole days: also what lasts a day and longer. */
export function isWhole(event: Timed): boolean {
  return event.all_day || Date.parse(event.end) - Date.parse(event.start) >= 24 * HOUR;
}

/** The first and the last day of an event. Those of an all-day event are the days of the zone it was planned in. */
export function wholeDays(event: Timed, zone?: string): { first: string; last: string } {
  const counted = event.all_day ? event.zone || zone : zone;
  const first = dayOf(event.start, counted);
  const last = dayOf(Date.parse(event.end) - 1, counted);
  return { first, last: last < first ? first : last };
}

/** The days that an event touches. */
export function touches(event: CalendarEvent, day: string, zone?: string): boolean {
  const { first, last } = wholeDays(event, zone);
  return first <= day && day <= last;
}

/** The boxes of one day. What overlaps stands side by side, so that nothing hides anything. */
export function boxesOf(day: string, events: readonly CalendarEvent[], zone?: string): Box[] {
  const boxes = events
    .filter((event) => !isWhole(event) && touches(event, day, zone))
    .map((event) => boxOf(day, event, zone))
    .sort((left, right) => left.top - right.top || right.bottom - left.bottom || left.event.id.localeCompare(right.event.id));
  for (const group of grouped(boxes)) spread(group);
  return boxes;
}

/** On the day that the clocks go back an hour comes twice: an event is then drawn as long as it lasts. */
function boxOf(day: string, event: CalendarEvent, zone?: string): Box {
  const top = dayOf(event.start, zone) < day ? 0 : minuteOf(event.start, zone);
  const shown = dayOf(event.end, zone) > day ? DAY_MINUTES : minuteOf(event.end, zone);
  const lasts = (Date.parse(event.end) - Date.parse(event.start)) / (HOUR / 60);
  const end = shown > top ? shown : top + lasts;
  return { event, top, bottom: Math.min(DAY_MINUTES, Math.max(end, top + LOWEST_BOX)), column: 0, columns: 1, span: 1 };
}

/** Boxes that hang together by overlapping. */
function grouped(boxes: readonly Box[]): Box[][] {
  const groups: Box[][] = [];
  let until = -1;
  for (const box of boxes) {
    const group = groups.at(-1);
    if (group && box.top < until) group.push(box);
    else groups.push([box]);
    until = Math.max(group && box.top < until ? until : 0, box.bottom);
  }
  return groups;
}

function spread(group: Box[]): void {
  const ends: number[] = [];
  for (const box of group) {
    const free = ends.findIndex((end) => end <= box.top);
    box.column = free < 0 ? ends.length : free;
    ends[box.column] = box.bottom;
  }
  for (const box of group) {
    const beside = group.filter((other) => other.column > box.column && overlap(box, other)).map((other) => other.column);
    box.columns = ends.length;
    box.span = Math.min(ends.length, ...beside) - box.column;
  }
}

function overlap(one: Box, other: Box): boolean {
  return one.top < other.bottom && other.top < one.bottom;
}

/** The bars above the hours: each in the first line that has room for it. */
export function barsOf(days: readonly string[], events: readonly CalendarEvent[], zone?: string): Bar[] {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const lines: number[] = [];
  return events
    .filter(isWhole)
    .map((event) => ({ event, ...wholeDays(event, zone) }))
    .filter((each) => each.first <= last && each.last >= first)
    .sort((left, right) => left.first.localeCompare(right.first) || right.last.localeCompare(left.last))
    .map(({ event, ...span }) => {
      const from = Math.max(0, days.indexOf(span.first));
      const to = span.last > last ? days.length - 1 : days.indexOf(span.last);
      const free = lines.findIndex((taken) => taken < from);
      const line = free < 0 ? lines.length : free;
      lines[line] = to;
      return { event, from, to, line };
    });
}

/** When it would be after a move to this wall-clock time; it lasts as long as before. */
export function movedTo(event: Pick<CalendarEvent, "start" | "end">, start: Date): { start: string; end: string } {
  const lasts = Date.parse(event.end) - Date.parse(event.start);
  return { start: start.toISOString(), end: new Date(start.getTime() + lasts).toISOString() };
}

/** The events of each day that has any, in their order. */
export function agendaOf(days: readonly string[], events: readonly CalendarEvent[], zone?: string): { day: string; events: CalendarEvent[] }[] {
  const whole = (event: CalendarEvent): number => (isWhole(event) ? 0 : 1);
  return days
    .map((day) => ({ day, events: events.filter((event) => touches(event, day, zone)) }))
    .filter((each) => each.events.length > 0)
    .map(({ day, events: found }) => ({ day, events: found.sort((left, right) => whole(left) - whole(right) || left.start.localeCompare(right.start)) }));
}

