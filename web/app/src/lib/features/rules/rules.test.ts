import { beforeEach, expect, test, vi } from "vitest";

import type { Rule } from "$lib/api/types";
import { notices } from "$lib/state/notices.svelte";
import { rules } from "./rules.svelte";

const rule = (more: Partial<Rule> = {}): Rule => ({ name: "bills", when: {}, then: [], enabled: true, standing: false, ...more }) as Rule;

/** A house with one rule, which remembers what is written to it. */
function house(rule: Rule, headers: HeadersInit = {}): Rule[] {
  const written: Rule[] = [];
  globalThis.fetch = async (_, request) => {
    if (request?.method === "PUT") written.push(JSON.parse(String(request.body)));
    return new Response(JSON.stringify({ items: [rule] }), { headers });
  };
  return written;
}

beforeEach(() => {
  vi.useFakeTimers();
  notices.all = [];
});

test("a rule takes the place of what the owner saw of it", async () => {
  const written = house(rule());
  expect(await rules.put(rule({ enabled: false }), "Off", rule())).toBe(true);
  expect(written).toEqual([rule({ enabled: false })]);
});

test("what was made of an older rule is not written over what it became meanwhile, nor a new one over another", async () => {
  const written = house(rule({ enabled: false }));
  const answers = [await rules.put(rule({ standing: true }), "He no longer asks", rule()), await rules.put(rule(), "Kept")];
  expect([answers, written]).toEqual([[false, false], []]);
  expect(notices.all.at(-1)?.text).toContain("It changed since you were shown it");
});

test("nothing is written over a list that was last read", async () => {
  const written = house(rule(), { "x-last-read": "yes" });
  expect([await rules.put(rule({ enabled: false }), "Off", rule()), written]).toEqual([false, []]);
});
