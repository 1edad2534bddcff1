import type { MessageFilter } from "$lib/api/api";

export const CATEGORIES = ["urgent", "work", "personal", "transactional", "newsletter", "spam"];

/** What the owner wants to see of the inbox, as it stands in the address of the page. */
export interface Choice {
  q: string;
  category: string;
  source: string;
  everything: boolean;
  snoozed: boolean;
}

export function fromAddress(search: URLSearchParams): Choice {
  const category = search.get("category") ?? "";
  return {
    q: search.get("q") ?? "",
    category: CATEGORIES.includes(category) ? category : "",
    source: search.get("source") ?? "",
    everything: search.has("everything"),
    snoozed: search.has("snoozed"),
  };
}

export function toAddress(choice: Choice): string {
  const search = new URLSearchParams();
  if (choice.q) search.set("q", choice.q);
  if (choice.category) search.set("category", choice.category);
  if (choice.source) search.set("source", choice.source);
  if (choice.everything) search.set("everything", "");
  if (choice.snoozed) search.set("snoozed", "");
  return search.size ? `?${search}` : "/inbox";
}

/** A search looks everywhere; without one, only what still lies in the inbox is shown, or what was snoozed. */
export function toFilter(choice: Choice): MessageFilter {
  const filter: MessageFilter = {};
  if (choice.q.trim()) filter.q = choice.q.trim();
  if (choice.category) filter.category = choice.category;
  if (choice.source) filter.source = choice.source;
  if (choice.snoozed) filter.snoozed = true;
  else if (!filter.q && !choice.everything) filter.label = "inbox";
  return filter;
}
