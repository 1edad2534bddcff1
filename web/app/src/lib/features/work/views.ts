export const VIEWS = [
  { name: "reviews", says: "Waits for you" },
  { name: "mine", says: "Other pull requests" },
  { name: "items", says: "Work items" },
  { name: "pipelines", says: "Pipelines" },
] as const;

export type View = (typeof VIEWS)[number]["name"];
