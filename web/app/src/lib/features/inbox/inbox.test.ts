import { expect, test } from "vitest";

import type { Message } from "$lib/api/types";
import { freshFirst } from "./inbox.svelte";

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
