import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { live } from "./live.svelte";

/** A live connection that stands as soon as it is asked for. */
class Standing extends EventTarget {
  static readonly CLOSED = 2;
  onopen = (): void => undefined;
  onerror = (): void => undefined;

  constructor() {
    super();
    queueMicrotask(() => this.onopen());
  }

  close(): void {}
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  live.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("where an old answer came in place of a slow one, the lists are asked for again, once", async () => {
  vi.stubGlobal("EventSource", Standing);
  let told = 0;
  const stop = live.on("action", () => void (told += 1));
  live.open();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toBe(0);
  live.miss();
  live.miss();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toBe(1);
  stop();
});
