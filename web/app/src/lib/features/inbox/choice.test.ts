import { expect, test } from "vitest";

import { fromAddress, toAddress, toFilter } from "./choice";

test("a choice survives the address of the page", () => {
  const choice = { q: "Übergrößen & co", category: "work", source: "office/mail", everything: true, snoozed: true };
  expect(fromAddress(new URLSearchParams(toAddress(choice)))).toEqual(choice);
});

test("an unknown category in the address is no filter", () => {
  expect(fromAddress(new URLSearchParams("category=<script>")).category).toBe("");
});

test("only what lies in the inbox is shown, unless one searches", () => {
  const all = { q: "", category: "", source: "", everything: false, snoozed: false };
  expect(toFilter(all)).toEqual({ label: "inbox" });
  expect(toFilter({ ...all, q: " lease " })).toEqual({ q: "lease" });
  expect(toFilter({ ...all, everything: true })).toEqual({});
  expect(toFilter({ ...all, snoozed: true })).toEqual({ snoozed: true });
});
