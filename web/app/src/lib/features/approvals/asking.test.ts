import { expect, test } from "vitest";

import { desk } from "$lib/state/desk.svelte";
import { action } from "$lib/test/action";
import { Asking } from "./asking.svelte";

const WISH = { kind: "respond_event", target: "office:1", arguments: { response: "declined" } } as const;
const answered = (form: object): Response => new Response(JSON.stringify(form));

test("a card is on the desk when it is laid before the owner, whatever lists are under way", async () => {
  const asked = action({ id: "asked", kind: "respond_event" });
  globalThis.fetch = (_, request) => (request?.method === "POST" ? Promise.resolve(answered(asked)) : new Promise(() => undefined));
  void desk.list.load();
  const asking = new Asking();
  await asking.propose(WISH);
  expect(asking.card).toEqual(asked);
  expect(desk.waiting.map((each) => each.id)).toContain("asked");
});
