import { expect, test } from "vitest";

import { freshOr, isAway, isLastRead } from "./reach";

const kept = (): Response => new Response("kept");
const html = (status: number): Response => new Response("<h1>Tunnel error</h1>", { status, headers: { "content-type": "text/html" } });

test.each([502, 503, 504, 522, 530])("a tunnel that answers %i for a sleeping house is not the house", async (status) => {
  expect(isAway(html(status))).toBe(true);
  expect(isLastRead(await freshOr(kept(), Promise.resolve(html(status)), 50))).toBe(true);
});

test.each([200, 404, 500])("an answer of %i counts", async (status) => {
  const fresh = html(status);
  expect(await freshOr(kept(), Promise.resolve(fresh), 50)).toBe(fresh);
  expect(isLastRead(fresh)).toBe(false);
});

test("what the house itself says is wrong is passed on", () => {
  expect(isAway(new Response("{}", { status: 503, headers: { "content-type": "application/problem+json" } }))).toBe(false);
});

test("nobody waits for an answer that does not come, nor for one that fails", async () => {
  const late = await freshOr(kept(), new Promise(() => undefined), 1);
  const failed = await freshOr(kept(), Promise.reject(new TypeError("no network")), 50);
  expect([isLastRead(late), isLastRead(failed), await late.text()]).toEqual([true, true, "kept"]);
});
