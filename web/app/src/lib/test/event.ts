import type { CalendarEvent } from "$lib/api/types";

/** An event as the server sends it, for tests. */
export function event(more: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    id: "office:1",
    account: "office",
    provider: "microsoft",
    source: "office/calendar",
    title: "Roadmap sync",
    start: "2026-11-24T07:00:00Z",
    end: "2026-11-24T08:00:00Z",
    zone: "Asia/Singapore",
    all_day: false,
    status: "confirmed",
    busy: true,
    response: "accepted",
    organizer: null,
    attendees: [],
    location: "",
    description: "",
    join_url: "",
    link: "",
    series_id: "",
    uid: "",
    version: "",
    private: false,
    shared: false,
    foreign: false,
    ...more,
  };
}
