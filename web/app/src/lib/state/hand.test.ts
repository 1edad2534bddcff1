import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { hand } from "./hand";
import { Resource } from "./resource.svelte";

const list = new Resource(() => Promise.resolve(["a card"]));

beforeEach(() => {
  vi.useFakeTimers();
  list.value = null;
});

afterEach(() => vi.useRealTimers());

test("nothing that was read is shown under a hand that presses, until its click was heard", async () => {
  hand.press();
  void list.load();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(list.value).toBe(null);
  hand.lift();
  await vi.advanceTimersByTimeAsync(10);
  expect(list.value).toBe(null);
  await vi.advanceTimersByTimeAsync(100);
  expect(list.value).toEqual(["a card"]);
});

test("a hand that presses again at once still holds everything where it is", async () => {
  hand.press();
  hand.lift();
  hand.press();
  void list.load();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(list.value).toBe(null);
  hand.lift();
  await vi.advanceTimersByTimeAsync(100);
  expect(list.value).toEqual(["a card"]);
});

test("a press whose end nobody told of holds nothing for long", async () => {
  hand.press();
  void list.load();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(list.value).toEqual(["a card"]);
});

test("with no hand on it a list is shown as soon as it comes", async () => {
  await list.load();
  expect(list.value).toEqual(["a card"]);
});
