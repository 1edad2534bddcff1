import { expect, test } from "vitest";

import { codeFrom, destination } from "./code";

const at = (path: string): URL => new URL(path, "https://alfred.example");

test("the code is read behind the # or from the query", () => {
  expect([codeFrom(at("/sign-in#AB12")), codeFrom(at("/sign-in#code=AB12")), codeFrom(at("/sign-in?code=AB12")), codeFrom(at("/sign-in"))]).toEqual([
    "AB12",
    "AB12",
    "AB12",
    "",
  ]);
});

test.each(["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])("%s is no way on from the door", (next) => {
  expect(destination(at(`/sign-in?next=${encodeURIComponent(next)}`))).toBe("/");
});

test("a page of our own is", () => {
  expect(destination(at(`/sign-in?next=${encodeURIComponent("/approvals/1?x=2")}`))).toBe("/approvals/1?x=2");
});
