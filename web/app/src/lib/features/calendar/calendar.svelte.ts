import { api } from "$lib/api/api";
import type { CalendarEvent, Events } from "$lib/api/types";
import { household } from "$lib/state/household.svelte";
import { live } from "$lib/state/live.svelte";
import { itemsOf, Resource } from "$lib/state/resource.svelte";
import { dayOf, daysFrom, instant, plusDays, weekOf } from "./days";

export const VIEWS = ["day", "week", "agenda"] as const;
export type View = (typeof VIEWS)[number];

const AGENDA_DAYS = 14;
const CLASHES_AHEAD = 30;
const STEP: Record<View, number> = { day: 1, week: 7, agenda: AGENDA_DAYS };
const TICK = 30_000;

/** The days that are shown, and what stands on them in all calendars. */
export class Calendar {
  at = $state(dayOf(Date.now()));
  view = $state<View>("week");
  now = $state(Date.now());
  /** The calendars that could not be asked for what lies beyond the days that are kept. */
  unasked = $state.raw<readonly string[]>([]);
  readonly events = new Resource(() => this.#read(), (page) => this.#known(page));
  readonly clashes = new Resource(() => api.clashes(CLASHES_AHEAD), itemsOf);

  readonly days = $derived(daysOf(this.at, this.view));
  readonly today = $derived(dayOf(this.now));
  readonly sources = $derived(calendarsOf(this.events.value ?? []));
  readonly clashing = $derived(new Map([...(this.clashes.value ?? [])].sort((one, other) => Number(one.firm) - Number(other.firm)).flatMap((clash) => [[clash.first.id, clash], [clash.second.id, clash]])));

  get isConnected(): boolean {
    return this.sources.length > 0 || household.status.value === null;
  }

  show(at: string, view: View): void {
    const isNew = at !== this.at || view !== this.view || this.events.isFirst;
    [this.at, this.view] = [at, view];
    if (isNew) void this.events.ask();
  }

  stepped(by: number): string {
    return plusDays(this.at, by * STEP[this.view]);
  }

  find(id: string): CalendarEvent | undefined {
    return this.events.value?.find((event) => event.id === id);
  }

  refresh = async (): Promise<void> => {
    await Promise.all([this.events.load(), this.clashes.load()]);
  };

  watch(): () => void {
    void this.clashes.load();
    const clock = setInterval(() => (this.now = Date.now()), TICK);
    const stops = [live.on("action", this.#soon), live.on("status", ({ ref }) => (ref === undefined || String(ref).startsWith("events/")) && this.#soon())];
    return () => {
      clearInterval(clock);
      stops.forEach((stop) => stop());
    };
  }

  #soon = (): void => {
    this.events.soon();
    this.clashes.soon();
  };

  #read(): Promise<Events> {
    const [from, to] = [this.days[0] ?? this.at, plusDays(this.days.at(-1) ?? this.at, 1)];
    return api.events(instant(from, 0).toISOString(), instant(to, 0).toISOString());
  }

  #known(page: Events): CalendarEvent[] {
    this.unasked = page.unasked ?? [];
    return page.items.filter((event) => event.status !== "cancelled");
  }
}

export function daysOf(at: string, view: View): string[] {
  if (view === "week") return weekOf(at);
  return view === "day" ? [at] : daysFrom(at, AGENDA_DAYS);
}

function calendarsOf(events: readonly CalendarEvent[]): string[] {
  const known = (household.status.value?.sources ?? []).map((source) => source.id).filter((id) => id.endsWith("/calendar"));
  return [...new Set([...known, ...events.map((event) => event.source)])].sort();
}
