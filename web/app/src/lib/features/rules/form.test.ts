import { expect, test } from "vitest";

import type { Rule } from "$lib/api/types";
import { blankRule, edited } from "./form";

const granted: Rule = { ...blankRule(10), name: "Newsletters", when: { category: ["newsletter"] }, standing: true };

test.each([
  ["wider conditions", { when: {} }],
  ["another outcome", { then: [{ kind: "delete", arguments: {} }] }],
] as [string, Partial<Rule>][])("leave to act without asking does not pass over to %s", (_, change) => {
  expect(edited(granted, { ...structuredClone(granted), ...change }).standing).toBe(false);
});

test("it outlives an edit that leaves what the rule fits and does", () => {
  const same = { ...structuredClone(granted), order: 20, when: { ...granted.when, words: undefined } };
  expect(edited(granted, same as Rule).standing).toBe(true);
});
