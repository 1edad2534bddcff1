import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Action } from "$lib/api/types";
import { action } from "$lib/test/action";
import { desk } from "./desk.svelte";
import { isStuck } from "./outcome";
import { notices } from "./notices.svelte";

const cannot = new Set<string>();
const WHY = "gmail needs a wider permission for this";

/** A house with these cards, which remembers every request that would change something; what it `cannot` do stays approved. */
function house(...cards: Action[]) {
  const asked: string[] = [];
  const act = (card: Action, path: string): Action => {
    if (cannot.has(card.id)) return Object.assign(card, { status: "approved", error: WHY, error_code: "sign_in_again" });
    card.status = path.endsWith("/reject") ? "rejected" : path.endsWith("/rollback") ? "rolled_back" : "executed";
    card.undo = { possible: card.status === "executed" && card.kind === "archive", until: null };
    return card;
  };
  const answer = (path: string, body: { digest?: string; items?: { id: string; digest: string }[] }): [number, object] => {
    if (body.items) return [200, { items: body.items.map(({ id }) => ({ id, action: act(cards.find((each) => each.id === id) ?? action(), path) })) }];
    const card = cards.find((each) => path.startsWith(`/api/actions/${each.id}/`));
    const open = cards.filter((each) => each.status === "proposed" || isStuck(each));
    if (!card) return [200, { items: open, next_cursor: null }];
    if (path.endsWith("/approve") && body.digest !== card.digest) return [409, { code: "stale_digest", detail: "It changed." }];
    if (path.endsWith("/rollback") && card.status === "rolled_back") return [409, { code: "cannot_undo", detail: "it was taken back already" }];
    return [200, act(card, path)];
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
  cannot.clear();
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

test("what the owner asks for and must be read is laid before him instead of being approved", async () => {
  const asked: string[] = [];
  const card = action({ id: "w", warnings: ["not what it seems"], must_be_read: true });
  globalThis.fetch = async (path, request) => {
    if (request?.method !== "GET") asked.push(String(path));
    return new Response(JSON.stringify(request?.method === "GET" ? { items: [card], next_cursor: null } : card));
  };
  await desk.ask("archive", "gmail:1", {}, "Lunch");
  expect(asked).toEqual(["/api/actions"]);
  expect(said()).toBe(`It waits for your word: ${card.title}`);
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
  late.forEach((come) => come());
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

test("of many, what failed is not called done, and the reason is said", async () => {
  const cards = ["a", "b", "c"].map((id) => action({ id }));
  house(...cards);
  ["a", "c"].forEach((id) => cannot.add(id));
  await desk.approveAll(cards, "Archive");
  expect(notices.all.map(({ text, tone }) => [text, tone])).toEqual([
    ["Archive: 1 done.", "plain"],
    [`Archive: 2 not done: ${WHY}`, "alarm"],
  ]);
  expect(notices.all[0]?.action?.label).toBe("Undo");
});

test("where all failed there is nothing done, and nothing to undo", async () => {
  house(action({ id: "a" }));
  cannot.add("a");
  await desk.approveAll([action({ id: "a" })], "Archive");
  expect(notices.all.map((notice) => [notice.text, notice.action])).toEqual([[`Archive: 1 not done: ${WHY}`, undefined]]);
});

test("an undo of many goes on past the one that cannot be, and counts both", async () => {
  house(action({ id: "a", status: "rolled_back" }), action({ id: "b", status: "executed" }), action({ id: "c", status: "executed" }));
  cannot.add("c");
  await desk.undo(["a", "b", "c"]);
  expect(notices.all.map((notice) => notice.text)).toEqual(["1 undone.", "Undo: 2 not done: it was taken back already (the others for other reasons)"]);
});

test("what was approved and did not work stays in sight and counts, until it is done or given up", async () => {
  const [failed, unsure, underWay] = [
    action({ id: "f", status: "approved", error: WHY }),
    action({ id: "u", status: "uncertain", error: "the answer was lost" }),
    action({ id: "w", status: "approved" }),
  ];
  house(failed, unsure, underWay, action({ id: "a" }));
  await desk.list.load();
  expect([desk.stuck.map(({ id }) => id), desk.waiting.map(({ id }) => id), desk.count]).toEqual([["f", "u"], ["a"], 3]);
  await desk.reject(failed);
  expect(desk.stuck.map(({ id }) => id)).toEqual(["u"]);
});

test("a letter goes out at once when the owner leaves the page, by a request that outlives it", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  house(letter);
  await desk.list.load();
  await desk.approve(letter);
  const [answer, outlives] = [globalThis.fetch, [] as unknown[]];
  globalThis.fetch = (path, request) => (request?.method === "POST" && outlives.push(request.keepalive), answer(path, request));
  desk.flush();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([outlives, said()]).toEqual([[true], `Done: ${letter.title}`]);
});

test("a letter whose device slept is not sent hours later, and it is said", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  const asked = house(letter);
  await desk.list.load();
  await desk.approve(letter);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([asked, said(), desk.waiting.length]).toEqual([[], `Not sent: ${letter.title}. It waits for you again.`, 1]);
});

test("a letter that cannot be sent when its time has come is said not to be, and stays", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  house(letter);
  await desk.list.load();
  await desk.approve(letter);
  const answer = globalThis.fetch;
  globalThis.fetch = (path, request) => (request?.method === "POST" ? Promise.reject(new TypeError("no network")) : answer(path, request));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([said(), desk.waiting.length]).toEqual([`Not sent: ${letter.title}. It waits for you again.`, 1]);
});

test("a letter whose answer was lost is not called unsent because an old list still shows it", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  const asked = house(letter);
  await desk.list.load();
  await desk.approve(letter);
  const [answer, lastRead] = [globalThis.fetch, JSON.stringify({ items: [{ ...letter }], next_cursor: null })];
  globalThis.fetch = async (path, request) => {
    if (request?.method === "GET") return new Response(lastRead, { headers: { "x-last-read": "yes" } });
    await answer(path, request);
    return new Response("<h1>Tunnel error</h1>", { status: 524 });
  };
  await vi.advanceTimersByTimeAsync(5_000);
  expect([asked.length, said()]).toEqual([1, `I do not know whether it went out: ${letter.title}`]);
});

test("“not yet” stays within reach, however much else is said meanwhile", async () => {
  const letter = action({ id: "l", kind: "send", reaches_others: true });
  house(letter);
  await desk.list.load();
  await desk.approve(letter);
  ["one", "two", "three", "four"].forEach((text) => notices.say(text));
  expect(notices.all.map((notice) => notice.action?.label ?? notice.text)).toEqual(["Not yet", "two", "three", "four"]);
  desk.takeAllBack();
});
