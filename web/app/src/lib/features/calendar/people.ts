import type { CalendarEvent } from "$lib/api/types";
import { person } from "$lib/text/words";

type Attendee = CalendarEvent["attendees"][number];

/** The colours of the calendars; each also has its name, for colour alone says nothing. */
const TONES = ["light-dark(#1c4a3a, #93c7ad)", "light-dark(#5b3a78, #cdb2ea)", "light-dark(#7a4e00, #e3b566)", "light-dark(#1f4f7a, #9cc4ea)"];

export const ANSWERS: Record<Attendee["response"], string> = {
  accepted: "accepted",
  tentative: "maybe",
  declined: "declined",
  needs_action: "not answered",
};

export function toneOf(source: string, sources: readonly string[]): string {
  return TONES[Math.max(0, sources.indexOf(source)) % TONES.length] ?? "";
}

export function isOwners(event: Pick<CalendarEvent, "organizer" | "attendees">): boolean {
  const owner = event.attendees.find((each) => each.is_owner)?.address.address;
  return !event.organizer || event.organizer.address === owner || event.attendees.length === 0;
}

export function othersOf(event: Pick<CalendarEvent, "attendees">): Attendee[] {
  return event.attendees.filter((each) => !each.is_owner);
}

/** Whether somebody waits for the owner's answer, or could get another one. */
export function isAnswerable(event: CalendarEvent): boolean {
  return !isOwners(event) && event.attendees.some((each) => each.is_owner) && event.status !== "cancelled";
}

/** Who would hear of a change: everybody invited but the owner, and whoever invited him. */
export function notifiedOf(event: Pick<CalendarEvent, "organizer" | "attendees">): string[] {
  const others = othersOf(event).map((each) => person(each.address));
  const organizer = isOwners(event) || !event.organizer ? [] : [person(event.organizer)];
  return [...new Set([...organizer, ...others])];
}
