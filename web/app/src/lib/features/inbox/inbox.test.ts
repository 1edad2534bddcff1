import { expect, test } from "vitest";

import type { Message } from "$lib/api/types";
import { hand } from "$lib/state/hand";
import { freshFirst, Inbox } from "./inbox.svelte";

const mails = (ids: string): Message[] => [...ids].map((id) => ({ id }) as Message);
const ids = (messages: readonly Message[]): string => messages.map((message) => message.id).join("");

test("new mail comes on top and nothing stands twice", () => {
  expect(ids(freshFirst(mails("XABC"), mails("ABCDE")))).toBe("XABCDE");
});

test("what was archived elsewhere leaves the page", () => {
  expect(ids(freshFirst(mails("ACD"), mails("ABCDE")))).toBe("ACDE");
});

test("a page that knows nothing of the list replaces it", () => {
  expect(ids(freshFirst(mails("XYZ"), mails("ABC")))).toBe("XYZ");
});

test("a refresh that was begun under another filter comes too late", async () => {
  const late: (() => void)[] = [];
  const answer = (items: Message[]): Response => new Response(JSON.stringify({ items, next_cursor: null }));
  const inbox = new Inbox();
  globalThis.fetch = () => Promise.resolve(answer(mails("A")));
  await inbox.show({ category: "work" });
  globalThis.fetch = () => new Promise((come) => late.push(() => come(answer(mails("WA")))));
  const refreshing = inbox.refresh();
  globalThis.fetch = () => Promise.resolve(answer(mails("S")));
  await inbox.show({ category: "spam" });
  late.forEach((come) => come());
  await refreshing;
  expect(ids(inbox.items)).toBe("S");
});

test("nothing moves while the owner's finger is on the list", async () => {
  const inbox = new Inbox();
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify({ items: mails("A"), next_cursor: null })));
  await inbox.show({});
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify({ items: mails("NA"), next_cursor: null })));
  hand.press();
  const refreshing = inbox.refresh();
  await new Promise((go) => setTimeout(go));
  expect(ids(inbox.items)).toBe("A");
  hand.lift();
  await refreshing;
  expect(ids(inbox.items)).toBe("NA");
});

test("mail that is shown as last read says so until the house itself is heard", async () => {
  const inbox = new Inbox();
  const says = (headers: HeadersInit) => () => Promise.resolve(new Response(JSON.stringify({ items: mails("A") }), { headers }));
  globalThis.fetch = says({ "x-last-read": "yes" });
  await inbox.show({});
  expect([ids(inbox.items), inbox.problem?.isOffline]).toEqual(["A", true]);
  globalThis.fetch = says({});
  await inbox.refresh();
  expect(inbox.problem).toBe(null);
});
