import { expect, test } from "vitest";

import { BEGINNINGS, blankRule, fromField, FIELDS, isNarrowed } from "./form";
import { conditionsInWords, outcomesInWords, trialInWords } from "./wording";

const field = (name: string) => FIELDS.find((each) => each.name === name)!;

test("a rule's conditions read as a sentence, and what is not given is not said", () => {
  const when = { category: ["newsletter" as const], min_priority: 4, labels: ["inbox"], words: [], suspicious: false };
  expect(conditionsInWords(when)).toBe("When it is newsletter, has priority 4 or lower, is labelled inbox, is not suspicious");
});

test("a rule is narrowed by any condition but its category", () => {
  const rule = blankRule(10);
  expect(isNarrowed({ ...rule, when: { category: ["work"], words: [] } })).toBe(false);
  expect(isNarrowed({ ...rule, when: { sender: ["LinkedIn"] } })).toBe(true);
  expect(isNarrowed({ ...rule, when: { suspicious: false } })).toBe(true);
});

test("an empty field is no condition", () => {
  expect(FIELDS.map((each) => fromField(each, " "))).toEqual(FIELDS.map(() => undefined));
});

test("fields are read as what they are", () => {
  expect(fromField(field("sender"), "a@x.example, @y.example")).toEqual(["a@x.example", "@y.example"]);
  expect(fromField(field("min_confidence"), "0.8")).toBe(0.8);
  expect(fromField(field("suspicious"), "no")).toBe(false);
});

test("a rule about work says that it approves, and begins with that vote alone", () => {
  const then = [{ kind: "vote_pull_request" as const, arguments: { ...BEGINNINGS.vote_pull_request } }, { kind: "create_work_item" as const, arguments: {} }];
  expect(outcomesInWords({ ...blankRule(10), then })).toBe("approve pull request, then new work item");
  expect(trialInWords({ ...blankRule(10), then })).toBe("approve the pull requests that are asked for by, and to enter a work item for");
  expect(then[0]!.arguments).toEqual({ vote: "approve" });
});
