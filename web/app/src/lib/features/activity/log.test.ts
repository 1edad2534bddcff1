import { expect, test } from "vitest";

import { Log } from "./log.svelte";

test("a log that is shown as last read says so until the house itself is heard", async () => {
  const log = new Log();
  const says = (headers: HeadersInit) => () => Promise.resolve(new Response(JSON.stringify({ items: [{ id: "a" }] }), { headers }));
  globalThis.fetch = says({ "x-last-read": "yes" });
  await log.load();
  expect([log.items.length, log.problem?.isOffline]).toEqual([1, true]);
  globalThis.fetch = says({});
  await log.load();
  expect(log.problem).toBe(null);
});
