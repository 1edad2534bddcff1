import { expect, test } from "vitest";

import { live } from "./live.svelte";
import { Resource } from "./resource.svelte";

/** A resource whose answers come when, and in what order, the test says. */
function asked() {
  const answers: ((value: string) => void)[] = [];
  const resource = new Resource(() => new Promise<string>((answer) => answers.push(answer)));
  return { resource, answer: (turn: number, value: string) => answers[turn]?.(value) };
}

test("what was loaded is there when the load is done, though another began meanwhile", async () => {
  const { resource, answer } = asked();
  const first = resource.load();
  void resource.load();
  answer(0, "first");
  await first;
  expect([resource.value, resource.loading]).toEqual(["first", true]);
});

test("an older answer never takes the place of a newer one", async () => {
  const { resource, answer } = asked();
  const loads = [resource.load(), resource.load()];
  answer(1, "newer");
  await loads[1];
  answer(0, "older");
  await loads[0];
  expect([resource.value, resource.loading]).toEqual(["newer", false]);
});

test("what is known from elsewhere stands until a list that was asked for later", async () => {
  const { resource, answer } = asked();
  const before = resource.load();
  resource.put("known");
  const after = resource.load();
  answer(0, "before");
  await before;
  expect(resource.value).toBe("known");
  answer(1, "after");
  await after;
  expect(resource.value).toBe("after");
});

test("an answer about something else than is asked for now is not shown", async () => {
  const { resource, answer } = asked();
  const monday = resource.load();
  const tuesday = resource.ask();
  answer(0, "monday");
  await monday;
  expect(resource.value).toBe(null);
  answer(1, "tuesday");
  await tuesday;
  expect(resource.value).toBe("tuesday");
});

test("what was last read is shown, and never taken for what the house says now", async () => {
  const { resource, answer } = asked();
  const load = resource.load();
  live.miss();
  answer(0, "as last read");
  expect([await load, resource.value, resource.problem?.isOffline]).toEqual([false, "as last read", true]);
});
