import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Action } from "$lib/api/types";
import { action } from "$lib/test/action";
import { desk } from "./desk.svelte";
import { notices } from "./notices.svelte";

/** A house with these cards, which remembers every request that would change something. */
function house(...cards: Action[]) {
  const asked: string[] = [];
  const answer = (path: string, body: { digest?: string }): [number, object] => {
    const card = cards.find((each) => path.startsWith(`/api/actions/${each.id}/`));
    if (!card) return [200, { items: cards.filter((each) => each.status === "proposed"), next_cursor: null }];
    if (path.endsWith("/approve") && body.digest !== card.digest) return [409, { code: "stale_digest", detail: "It changed." }];
    card.status = path.endsWith("/reject") ? "rejected" : path.endsWith("/rollback") ? "rolled_back" : "executed";
    card.undo = { possible: card.status === "executed" && card.kind === "archive", until: null };
    return [200, card];
  };
  globalThis.fetch = async (path, request) => {
    if (request?.method !== "GET") asked.push(String(path));
    const [status, form] = answer(String(path), request?.body ? JSON.parse(String(request.body)) : {});
    return new Response(JSON.stringify(form), { status });
  };
  return asked;
}

const said = (): string => notices.all.at(-1)?.text ?? "";

beforeEach(() => {
  vi.useFakeTimers();
  notices.all = [];
  desk.stale = new Set();
});

afterEach(() => vi.useRealTimers());

test("what can be put back is done at once, and offers its undo", async () => {
  const asked = house(action({ id: "a" }));
  await desk.list.load();
  await desk.approve(action({ id: "a" }));
  expect(asked).toEqual(["/api/actions/a/approve"]);
  expect(notices.all.at(-1)?.action?.label).toBe("Undo");
  await notices.all.at(-1)?.action?.run();
  expect(asked).toEqual(["/api/actions/a/approve", "/api/actions/a/rollback"]);
});

test("an undo that does more than put back waits for a word of its own", async () => {
  house(action({ id: "a" }));
  const undo = action({ id: "u", status: "proposed", title: "Undo: Archive “Lunch” (invites Ann again)" });
  const answer = globalThis.fetch;
  globalThis.fetch = (path, request) =>
    String(path).endsWith("/rollback") ? Promise.resolve(new Response(JSON.stringify(undo))) : answer(path, request);
  await desk.undo(["a"]);
  expect(said()).toBe(`It waits for your word: ${undo.title}`);
});

test("a letter is held five seconds, and goes out then", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  const asked = house(letter);
  await desk.list.load();
  await desk.approve(letter);
  expect([asked.length, desk.waiting.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual(["/api/actions/l/approve"]);
});

test("“not yet” keeps a held letter on the desk for good", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  const asked = house(letter);
  await desk.list.load();
  await desk.approve(letter);
  notices.all.at(-1)?.action?.run();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked.length, desk.waiting.map((each) => each.id)]).toEqual([0, ["l"]]);
});

test("a halt takes back what is held", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  const asked = house(letter);
  await desk.list.load();
  await desk.approve(letter);
  desk.takeAllBack();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});

test("a card that the owner asked for lies on the desk at once and stays, though a list from before comes late", async () => {
  house(action({ id: "a" }), action({ id: "asked" }));
  const answer = globalThis.fetch;
  const late: (() => void)[] = [];
  globalThis.fetch = () => new Promise((come) => late.push(() => come(new Response(JSON.stringify({ items: [], next_cursor: null })))));
  const before = desk.list.load();
  globalThis.fetch = answer;
  desk.lay(action({ id: "asked" }));
  expect(desk.waiting[0]?.id).toBe("asked");
  late[0]?.();
  await before;
  expect(desk.find("asked")).toBeDefined();
  await desk.list.load();
  expect(desk.waiting.map((each) => each.id)).toEqual(["a", "asked"]);
});

test("an approval of what was not shown marks the card instead of doing it", async () => {
  house(action({ id: "a", digest: "new" }));
  await desk.list.load();
  await desk.approve(action({ id: "a", digest: "old" }));
  expect([desk.stale.has("a"), desk.waiting.length]).toEqual([true, 1]);
});

test("a house that cannot be reached leaves the card where it is and says so", async () => {
  house(action({ id: "a" }));
  await desk.list.load();
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  await desk.approve(action({ id: "a" }));
  expect([said(), desk.waiting.length]).toEqual(["Alfred cannot be reached just now.", 1]);
});
