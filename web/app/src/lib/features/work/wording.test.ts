import { expect, test } from "vitest";

import type { Run, WorkItem } from "$lib/api/types";
import { byNeed, byState, reviewerWords, safeLink, waitOf } from "./wording";

test("a wait is said in hours, and from two days on in days", () => {
  const now = Date.parse("2026-11-23T07:00:00Z");
  const waits = ["2026-11-23T06:50:00Z", "2026-11-23T06:00:00Z", "2026-11-21T08:00:00Z", "2026-11-20T07:00:00Z"];
  expect(waits.map((since) => waitOf(since, now))).toEqual(["just asked", "waits 1 hour", "waits 47 hours", "waits three days"]);
});

test("failed runs stand first, and of those the newest", () => {
  const run = (id: string, state: Run["state"], hour: string): Run => ({ id, state, queued_at: `2026-11-23T${hour}:00:00Z` }) as Run;
  const runs = [run("green", "succeeded", "09"), run("old", "failed", "06"), run("busy", "running", "08"), run("new", "failed", "07")];
  expect(byNeed(runs).map(({ id }) => id)).toEqual(["new", "old", "busy", "green"]);
});

test("work items stand under their state, in their order", () => {
  const items = [["1", "New"], ["2", "Active"], ["3", "New"]].map(([id, state]) => ({ id, state }) as WorkItem);
  expect(byState(items).map(([state, found]) => [state, found.map(({ id }) => id)])).toEqual([["New", ["1", "3"]], ["Active", ["2"]]]);
});

test("a reviewer is the owner, a team of his, or somebody else", () => {
  const reviewer = { person: { id: "1", name: "Exporters", address: "" }, vote: "none" as const, required: true, is_owner: false, via_team: true };
  expect(reviewerWords(reviewer)).toBe("Exporters, your team: no vote yet (required)");
  expect(reviewerWords({ ...reviewer, via_team: false, required: false })).toBe("Exporters: no vote yet");
  expect(reviewerWords({ ...reviewer, is_owner: true })).toBe("You: no vote yet (required)");
});

test("only an address of a page is followed", () => {
  expect(safeLink("https://dev.azure.com/larkfield/_build/1")).toBe("https://dev.azure.com/larkfield/_build/1");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "not an address", "", undefined]) expect(safeLink(bad)).toBeUndefined();
});
