export const VIEWS = [
  { name: "reviews", says: "Waits for you" },
  { name: "mine", says: "Yours and answered" },
  { name: "items", says: "Work items" },
  { name: "pipelines", says: "Pipelines" },
] as const;

export type View = (typeof VIEWS)[number]["name"];
