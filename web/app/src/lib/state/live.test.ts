import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { live } from "./live.svelte";

const lines: Standing[] = [];
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
let stop = (): void => undefined;

/** A live connection that stands as soon as it is asked for. */
class Standing extends EventTarget {
  static readonly CLOSED = 2;
  onopen = (): void => undefined;
  onerror = (): void => undefined;

  constructor() {
    super();
    lines.push(this);
    queueMicrotask(() => this.onopen());
  }

  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Standing);
  vi.stubGlobal("document", page);
  lines.length = 0;
  stop = live.watch();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("where an old answer came in place of a slow one, the lists are asked for again, once", async () => {
  let told = 0;
  const off = live.on("action", () => void (told += 1));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toBe(0);
  live.miss();
  live.miss();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toBe(1);
  off();
});

test("a line without a pulse counts as heard no longer, and gives way to a new one", async () => {
  await vi.advanceTimersByTimeAsync(40_000);
  lines[0]?.dispatchEvent(new Event("pulse"));
  await vi.advanceTimersByTimeAsync(40_000);
  expect([live.isHeard, lines.length]).toEqual([true, 1]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(lines.length).toBe(2);
});

test("whoever comes back to the page after a sleep is not kept waiting for a dead line", async () => {
  await vi.advanceTimersByTimeAsync(0);
  page.dispatchEvent(new Event("visibilitychange"));
  expect(lines.length).toBe(1);
  vi.setSystemTime(Date.now() + 60_000);
  expect(live.isHeard).toBe(false);
  page.dispatchEvent(new Event("visibilitychange"));
  expect(lines.length).toBe(2);
});
