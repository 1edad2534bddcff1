import { isMonth } from "./months";

export const VIEWS = ["month", "year", "transactions", "statements"] as const;
export type View = (typeof VIEWS)[number];

/** What the address names: which view, of which month, and what is looked for. */
export interface Place {
  view: View;
  month: string;
  category: string;
  q: string;
}

export function fromAddress(search: URLSearchParams): Place {
  const view = search.get("view") ?? "";
  const month = search.get("month") ?? "";
  return {
    view: VIEWS.find((each) => each === view) ?? "month",
    month: isMonth(month) ? month : "",
    category: search.get("category") ?? "",
    q: search.get("q") ?? "",
  };
}

export function toAddress(place: Place): string {
  const kept = Object.entries(place).filter(([name, value]) => value && !(name === "view" && value === "month"));
  const search = new URLSearchParams(Object.fromEntries(kept));
  return search.size ? `/money?${search}` : "/money";
}
