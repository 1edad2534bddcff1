import { expect, test } from "vitest";

import type { Action } from "$lib/api/types";
import { action } from "$lib/test/action";
import { Selection } from "./selection.svelte";

const LETTER: Partial<Action> = { kind: "send", reaches_others: true, must_be_read: true, may_go_together: false };

test("what must be read whole is not selected, whichever hand tries", () => {
  const cards = [action({ id: "1", ...LETTER }), action({ id: "2", ...LETTER }), action({ id: "3" }), action({ id: "4" })];
  const selection = new Selection(() => cards);
  cards.forEach((card) => selection.toggle(card));
  expect(selection.take().map((card) => card.id)).toEqual(["3", "4"]);
  expect(selection.chosen).toEqual([]);
});

test("a card that must be read since it was selected drops out", () => {
  let card = action();
  const selection = new Selection(() => [card]);
  selection.toggle(card);
  card = { ...card, changed_since: "it was moved", must_be_read: true };
  expect(selection.take()).toEqual([]);
});

test("a kept answer of an older version, which does not say, is not selected", () => {
  const old = { ...action(), must_be_read: undefined } as unknown as Action;
  const selection = new Selection(() => [old]);
  selection.toggle(old);
  expect(selection.chosen).toEqual([]);
});
