import { afterEach, expect, test, vi } from "vitest";

import { api } from "$lib/api/api";
import { live } from "./live.svelte";
import { Resource } from "./resource.svelte";

interface Said {
  said: string;
}

const LAST_READ = { "x-last-read": "yes" };

/** A house whose answers bear these headers, one after the other, and the last for good. */
function answers(...headers: HeadersInit[]): void {
  const next = (): HeadersInit => (headers.length > 1 ? headers.shift() : headers[0]) ?? {};
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ said: "it" }), { headers: next() }));
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

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
  answers(LAST_READ);
  const list = new Resource(() => api.get<Said>("/api/list"), ({ said }) => said);
  expect([await list.load(), list.value, list.problem?.isOffline]).toEqual([false, "it", true]);
  await expect(list.fresh()).rejects.toThrow("cannot be reached");
});

test("an old answer about something else takes nothing from a fresh one", async () => {
  const { resource, answer } = asked();
  const load = resource.load();
  answers(LAST_READ);
  await api.get("/api/other");
  answer(0, "fresh");
  expect([await load, resource.problem]).toEqual([true, null]);
});

test("of several answers one old one is enough", async () => {
  answers(LAST_READ, {});
  const both = new Resource(() => Promise.all([api.get<Said>("/api/a"), api.get<Said>("/api/b")]), ([{ said }]) => said);
  expect(await both.load()).toBe(false);
});

test("what was last read is read anew by itself once the house is heard", async () => {
  vi.useFakeTimers();
  const heard = vi.spyOn(live, "on");
  answers(LAST_READ, {});
  const list = new Resource(() => api.get<Said>("/api/list"));
  const stop = list.watch();
  await list.load();
  heard.mock.calls[0]?.[1]({});
  await vi.advanceTimersByTimeAsync(200);
  expect([heard.mock.calls[0]?.[0], list.problem]).toEqual(["heard", null]);
  stop();
});

test("of two changes made one right after the other both are kept, though the first of all fails", async () => {
  let house = { from: "22:00", until: "07:00" };
  const hours = new Resource(async () => house);
  const change = (part: Partial<typeof house>) => hours.rewrite(async (now) => void (house = { ...now, ...part }));
  const failed = hours.rewrite(() => Promise.reject(new Error("no")));
  const changes = [change({ from: "23:00" }), change({ until: "06:00" })];
  await expect(failed).rejects.toThrow("no");
  await Promise.all(changes);
  expect([house, hours.value]).toEqual([{ from: "23:00", until: "06:00" }, { from: "23:00", until: "06:00" }]);
});
