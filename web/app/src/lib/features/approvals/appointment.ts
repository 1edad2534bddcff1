import type { Action, CalendarEvent } from "$lib/api/types";
import { dayOf } from "$lib/features/calendar/days";
import { REPEATS } from "$lib/features/calendar/form";
import { ANSWERS, isOwners, notifiedOf, othersOf } from "$lib/features/calendar/people";
import { fullTime } from "$lib/features/calendar/wording";
import { person } from "$lib/text/words";
import type { Fact } from "./content";

const KINDS = new Set(["create_event", "update_event", "delete_event", "respond_event"]);
const OPEN = new Set(["proposed", "approved", "executing", "uncertain"]);

interface Change {
  title?: string | null;
  start?: string | null;
  end?: string | null;
  location?: string | null;
  description?: string | null;
  add_attendees?: string[];
  remove_attendees?: string[];
}

type Planned = Pick<CalendarEvent, "title" | "start" | "end" | "all_day" | "zone" | "location" | "description"> & {
  attendees?: string[];
  recurrence?: string[];
  online?: boolean;
};

export function isAppointment(action: Pick<Action, "kind">): boolean {
  return KINDS.has(action.kind);
}

/** Exactly what will happen to a calendar, by the owner's clock, beside what stands there now. */
export function readAppointment(action: Action, zone?: string): Fact[] {
  const event = action.event ?? null;
  const calendar = { name: "Calendar", value: action.source || action.account };
  if (action.kind === "create_event") return shown([...planned(action.arguments as unknown as Planned, zone), calendar]);
  const about = event ? { name: "Appointment", value: event.title || "(no title)", href: `/calendar?at=${dayOf(event.start, zone)}&event=${encodeURIComponent(event.id)}` } : null;
  const facts = action.kind === "update_event" ? changed(action, event, zone) : standing(action, event, zone);
  return shown([...(about ? [about] : []), ...facts, calendar]);
}

function planned(event: Planned, zone?: string): Fact[] {
  return [
    { name: "What", value: event.title },
    { name: "When", value: fullTime(event, zone) },
    { name: "Repeats", value: repeats(event.recurrence ?? []) },
    { name: "Where", value: event.location },
    { name: "Online", value: event.online ? "with a link to join" : "" },
    { name: "Notes", value: event.description },
    { name: "Invited", value: (event.attendees ?? []).join(", ") },
    told(event.attendees ?? []),
  ];
}

function changed(action: Action, event: CalendarEvent | null, zone?: string): Fact[] {
  const change = action.arguments as Change;
  const before = (words: string): string => (event && OPEN.has(action.status) ? words : "");
  const lasts = event ? Date.parse(event.end) - Date.parse(event.start) : 0;
  const start = change.start ?? event?.start;
  const end = change.end ?? (change.start && event ? new Date(Date.parse(change.start) + lasts).toISOString() : event?.end);
  const then = { all_day: event?.all_day ?? false, zone: event?.zone ?? "" };
  const moves = Boolean(change.start ?? change.end) && start && end;
  const [added, removed] = [change.add_attendees ?? [], change.remove_attendees ?? []];
  return [
    step("Title", event?.title, change.title, before),
    moves ? step("When", event ? fullTime(event, zone) : "", fullTime({ ...then, start, end }, zone), before) : { name: "When", value: event ? fullTime(event, zone) : "" },
    step("Where", event?.location, change.location, before),
    step("Notes", event?.description, change.description, before),
    { name: "Invite", value: added.join(", ") },
    { name: "Uninvite", value: removed.join(", ") },
    { name: "Already invited", value: event ? othersOf(event).map((each) => person(each.address)).join(", ") : "" },
    told([...(event ? notifiedOf(event) : []), ...added]),
  ];
}

function standing(action: Action, event: CalendarEvent | null, zone?: string): Fact[] {
  const { response, comment } = action.arguments as { response?: CalendarEvent["response"]; comment?: string };
  const open = OPEN.has(action.status);
  const organizer = event?.organizer && !isOwners(event) ? [person(event.organizer)] : [];
  const facts: Fact[] = [
    { name: "When", value: event ? fullTime(event, zone) : "" },
    { name: "Where", value: event?.location ?? "" },
  ];
  if (action.kind === "delete_event") return [...facts, told(event ? notifiedOf(event) : [])];
  const now = event && open ? ANSWERS[event.response] : "";
  return [...facts, step("Your answer", now, response ? ANSWERS[response] : "", (words) => words), { name: "With the words", value: comment ?? "" }, told(organizer)];
}

function step(name: string, now: string | undefined, then: string | null | undefined, before: (words: string) => string): Fact {
  const old = before(now ?? "");
  return { name, value: then ?? "", ...(old && then && old !== then ? { before: old } : {}) };
}

function told(names: readonly string[]): Fact {
  return { name: "Told of it", value: [...new Set(names)].join(", ") || "nobody else" };
}

function repeats(rules: readonly string[]): string {
  return rules.map((rule) => REPEATS[rule as keyof typeof REPEATS] ?? rule).join("; ");
}

function shown(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact) => fact.value !== "" && fact.value !== undefined && fact.value !== null);
}
