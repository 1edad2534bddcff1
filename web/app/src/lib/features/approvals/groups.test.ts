import { expect, test } from "vitest";

import type { Action } from "$lib/api/types";
import { action } from "$lib/test/action";
import { grouped } from "./groups";

test("alike archives stand together; what must be read keeps its own card", () => {
  const letters = ["1", "2"].map((id) => action({ id, kind: "reply", may_go_together: false }));
  const archives = ["3", "4", "5"].map((id) => action({ id }));
  const { single, together } = grouped([...letters, ...archives]);
  expect(single.map((each) => each.id)).toEqual(["1", "2"]);
  expect(together.map((group) => group.actions.length)).toEqual([3]);
});

test("a kept answer of an older version, which does not say what may go together, is never approved in a group", () => {
  const two = ["1", "2"].map((id) => ({ ...action({ id }), may_go_together: undefined }) as unknown as Action);
  expect(grouped(two).together).toEqual([]);
});
