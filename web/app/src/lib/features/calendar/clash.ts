import type { CalendarEvent, Clash } from "$lib/api/types";
import { isOwners } from "./people";
import { fullTime } from "./wording";

export function otherOf(clash: Clash, id: string): CalendarEvent {
  return clash.first.id === id ? clash.second : clash.first;
}

export function movedOf(clash: Clash): CalendarEvent {
  return clash.second.id === clash.move ? clash.second : clash.first;
}

/** Why they clash, where two times do not tell; what Alfred would do, and who would hear of it. */
export function adviceOn(clash: Clash, zone?: string): string {
  return [clash.said, planFor(clash, zone)].filter(Boolean).join(" ");
}

function planFor(clash: Clash, zone?: string): string {
  const move = movedOf(clash);
  if (!clash.to) return `I found no other time for “${move.title}”.`;
  const time = fullTime({ ...clash.to, all_day: false, zone: move.zone }, zone);
  const heard = listed(clash.notified);
  if (isOwners(move)) return `I would move “${move.title}” to ${time}. ${heard ? `${heard} would be told.` : "Nobody else is invited."}`;
  return `I would ask for “${move.title}” to be held ${time}. ${move.organizer?.name || "The organizer"} would be told.`;
}

/** Whether the offer can be laid before the owner as a card: what reaches nobody else would be done at once. */
export function waitsForTheOwner(clash: Clash): boolean {
  return clash.offer !== null && (clash.offer.kind === "respond_event" || clash.notified.length > 0);
}

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}
