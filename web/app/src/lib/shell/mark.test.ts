import { expect, test } from "vitest";

import { Mark } from "./mark.svelte";

const things = (ids: string): { id: string }[] => [...ids].map((id) => ({ id }));

test("nothing is marked before the owner has stepped somewhere", () => {
  expect(new Mark(() => things("abc")).item).toBeUndefined();
});

test("the mark stays on its thing though others arrive before it", () => {
  let items = things("abc");
  const mark = new Mark(() => items);
  mark.step(1);
  mark.step(1);
  items = things("xyabc");
  expect([mark.item?.id, mark.step(1), mark.item?.id]).toEqual(["b", 4, "c"]);
});

test("what has gone is no longer marked, nor is what took its place, until the next step", () => {
  let items = things("abc");
  const mark = new Mark(() => items);
  mark.step(1);
  mark.step(1);
  items = things("ac");
  expect(mark.item).toBeUndefined();
  mark.step(1);
  expect(mark.item?.id).toBe("c");
});

test("after the owner has dealt with one, its neighbour is marked, and nothing after the last", () => {
  let items = things("ab");
  const mark = new Mark(() => items);
  mark.step(1);
  mark.pass();
  items = things("b");
  expect(mark.item?.id).toBe("b");
  mark.pass();
  expect(mark.item).toBeUndefined();
});
