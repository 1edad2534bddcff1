import { expect, test } from "vitest";

import { action } from "$lib/test/action";
import { grouped } from "./groups";

test("alike archives stand together; what reaches others keeps its own card", () => {
  const letters = ["1", "2"].map((id) => action({ id, kind: "reply" }));
  const archives = ["3", "4", "5"].map((id) => action({ id }));
  const { single, together } = grouped([...letters, ...archives]);
  expect(single.map((each) => each.id)).toEqual(["1", "2"]);
  expect(together.map((group) => group.actions.length)).toEqual([3]);
});

test("a proposal with a warning, or one that changed, is never hidden in a group", () => {
  const odd = [action({ id: "1", warnings: ["look-alike"] }), action({ id: "2", changed_since: "edited" }), action({ id: "3", tainted: true })];
  const { single, together } = grouped([...odd, action({ id: "4" }), action({ id: "5" })]);
  expect(single.map((each) => each.id)).toEqual(["1", "2", "3"]);
  expect(together[0]?.actions.map((each) => each.id)).toEqual(["4", "5"]);
});

test("what may reach others is never approved in a group", () => {
  const two = ["1", "2"].map((id) => action({ id, kind: "unsubscribe", reaches_others: true }));
  expect(grouped(two).together).toEqual([]);
});

test("a kept answer of an older version, which does not say whom it reaches, is never approved in a group", () => {
  const two = ["1", "2"].map((id) => action({ id, reaches_others: undefined }));
  expect(grouped(two).together).toEqual([]);
});
