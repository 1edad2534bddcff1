import { expect, test } from "vitest";

import { asMarkdown } from "./marks";

test("his bullets make a list, and what follows it stands apart", () => {
  expect(asMarkdown("Found 3.\n• One\n• Two\n… and 1 more")).toBe("Found 3.\n- One\n- Two\n\n… and 1 more");
});

test("a bullet within a line is left alone", () => {
  expect(asMarkdown("One • two")).toBe("One • two");
});
