import { expect, test } from "vitest";

import { isKept, readNotice } from "./notice";

test.each(["", "not json", "null", "[]", "{}", '{"actions":7}'])("the push %j still makes a notification", (payload) => {
  const notice = readNotice(payload);
  expect(notice.title).not.toBe("");
  expect(notice.body).not.toBe("");
  expect(notice.actions).toEqual([]);
});

test("a notification opens pages of the app alone", () => {
  expect(["/approvals/1", "//evil.example", "https://evil.example", "javascript:alert(1)"].map((url) => readNotice(JSON.stringify({ url })).url)).toEqual([
    "/approvals/1",
    "/",
    "/",
    "/",
  ]);
});

test("lists are kept for reading offline; streams and attachments are not", () => {
  expect(["/api/messages", "/api/messages/a", "/api/briefing", "/api/events", "/api/messages/a/attachments/0", "/api/push/key"].map(isKept)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(isKept("/api/finance/transactions")).toBe(true);
});

test("signing in goes past the worker", () => {
  expect(["/api/session", "/api/session/google", "/api/session/google/callback", "/api/session/ways"].map(isKept)).toEqual([true, false, false, false]);
});

test("only a push that is bound to what it showed has buttons", () => {
  const buttons = (payload: object) => readNotice(JSON.stringify(payload)).actions.map((each) => each.action);
  expect(buttons({ action_id: "1", digest: "d" })).toEqual(["approve", "reject"]);
  expect(buttons({ action_id: "1" })).toEqual([]);
});
