import { expect, test } from "vitest";

import { Chat } from "./chat.svelte";

const entry = (role: string, text: string, ended = "done") => ({ role, text, ended, steps: [], actions: [] });
const stream = (...events: [string, object][]): string => events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
const answer = (body: unknown): Response => new Response(typeof body === "string" ? body : JSON.stringify(body));

/** A house that answers each path as is said, and remembers what it was asked. */
function house(answers: Record<string, () => Response | Promise<Response>>) {
  const asked: string[] = [];
  globalThis.fetch = async (path, request) => {
    if (request?.method === "POST") asked.push(String(path));
    return (answers[String(path)] ?? (() => answer({ items: [] })))();
  };
  return asked;
}

test("a conversation whose answer comes late does not show under the one that was opened since", async () => {
  let late: () => void = () => undefined;
  house({
    "/api/conversations/a": () => new Promise((come) => (late = () => come(answer({ entries: [entry("owner", "in A")] })))),
    "/api/conversations/b": () => answer({ entries: [entry("owner", "in B")] }),
  });
  const chat = new Chat();
  const first = chat.open("a");
  await chat.open("b");
  late();
  await first;
  expect(chat.turns.map((turn) => turn.text)).toEqual(["in B"]);
});

test("a failed answer is asked for again without saying it again", async () => {
  const asked = house({
    "/api/conversations/a": () => answer({ entries: [entry("owner", "What waits?"), entry("alfred", "", "unreachable")] }),
    "/api/conversations/a/again": () => answer(stream(["done", { entry: entry("alfred", "Two things.") }])),
  });
  const chat = new Chat();
  await chat.open("a");
  await chat.again();
  expect([asked, chat.turns.at(-1)?.text, chat.turns.at(-1)?.problem]).toEqual([["/api/conversations/a/again"], "Two things.", ""]);
});

test("words that never arrived are said again", async () => {
  let away = true;
  const asked = house({
    "/api/conversations/a": () => answer({ entries: [] }),
    "/api/conversations/a/messages": () => {
      if (away) throw new TypeError("no network");
      return answer(stream(["done", { entry: entry("alfred", "Two things.") }]));
    },
  });
  const chat = new Chat();
  await chat.open("a");
  await chat.say("What waits?");
  away = false;
  await chat.again();
  expect(chat.turns.map((turn) => turn.text)).toEqual(["What waits?", "Two things."]);
  expect(asked).toEqual(["/api/conversations/a/messages", "/api/conversations/a/messages"]);
});
