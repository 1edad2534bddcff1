import { expect, test } from "vitest";

import { fromField, FIELDS } from "./form";
import { conditionsInWords } from "./wording";

const field = (name: string) => FIELDS.find((each) => each.name === name)!;

test("a rule's conditions read as a sentence, and what is not given is not said", () => {
  const when = { category: ["newsletter" as const], min_priority: 4, labels: ["inbox"], words: [], suspicious: false };
  expect(conditionsInWords(when)).toBe("When it is newsletter, has priority 4 or lower, is labelled inbox, is not suspicious");
});

test("an empty field is no condition", () => {
  expect(FIELDS.map((each) => fromField(each, " "))).toEqual(FIELDS.map(() => undefined));
});

test("fields are read as what they are", () => {
  expect(fromField(field("sender"), "a@x.example, @y.example")).toEqual(["a@x.example", "@y.example"]);
  expect(fromField(field("min_confidence"), "0.8")).toBe(0.8);
  expect(fromField(field("suspicious"), "no")).toBe(false);
});
