import { expect, test } from "vitest";

import { readProblem } from "./problem";

test("a problem keeps the server's code and words", async () => {
  const answer = new Response(JSON.stringify({ code: "stale_digest", detail: "It changed." }), { status: 409 });
  const problem = await readProblem(answer);
  expect([problem.status, problem.code, problem.message]).toEqual([409, "stale_digest", "It changed."]);
});

test("an answer that is no JSON is still a problem with words", async () => {
  const problem = await readProblem(new Response("<html>", { status: 502 }));
  expect([problem.code, problem.message]).toEqual(["http_502", "The server answered 502."]);
});
