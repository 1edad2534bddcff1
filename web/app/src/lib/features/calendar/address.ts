import { dayOf, isDay } from "./days";
import { VIEWS, type View } from "./calendar.svelte";

export interface Place {
  at: string;
  view: View;
  event: string;
}

/** What the address of the page says; where it says nothing: today, and what fits the screen. */
export function fromAddress(search: URLSearchParams, usual: View): Place {
  const [at, view] = [search.get("at"), search.get("view")];
  return {
    at: isDay(at) ? at : dayOf(Date.now()),
    view: VIEWS.find((each) => each === view) ?? usual,
    event: search.get("event") ?? "",
  };
}

export function toAddress({ at, view, event }: Place): string {
  return `/calendar?${new URLSearchParams({ at, view, ...(event ? { event } : {}) })}`;
}
