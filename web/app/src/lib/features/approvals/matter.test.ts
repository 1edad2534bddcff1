import { expect, test } from "vitest";

import type { Review, Run, WorkItem } from "$lib/api/types";
import { action } from "$lib/test/action";
import { readWork, type Known } from "./matter";

const pull = {
  id: "devops:pr-418",
  number: 418,
  title: "Keep the cursor",
  project: "Data Exports",
  repository: "exporter",
  branch: "feature/2214-cursor",
  target: "main",
  commit: "1db9a0c562211e8b7172",
  reviewers: [{ person: { id: "1", name: "Jo", address: "" }, vote: "wait", required: true, is_owner: true }],
};
const item = { id: "devops:item-7", number: 7, title: "Rows get lost", state: "New", assigned_to: null, priority: 2 };
const run = { id: "devops:run-9", name: "20261123.1", pipeline: "exporter-ci", project: "Data Exports", repository: "exporter", branch: "main", commit: "a46bb93076f1", state: "failed", issue: "found 0 rows", pull_request: null };
const KNOWN: Known = { pulls: [{ pull } as unknown as Review], items: [item as unknown as WorkItem], runs: [run as unknown as Run] };

function said(more: Parameters<typeof action>[0], known: Known = KNOWN): Record<string, string> {
  return Object.fromEntries(readWork(action(more), known).map(({ name, value, before }) => [name, before ? `${before} → ${value}` : value]));
}

test("a vote says on what, on which commit, and what stands there now", () => {
  const facts = said({ kind: "vote_pull_request", target: "devops:pr-418", arguments: { vote: "approve" } });
  expect(facts["Pull request"]).toBe("!418 Keep the cursor");
  expect(facts.Repository).toBe("exporter (Data Exports)");
  expect(facts.Commit).toMatch(/^1db9a0c5, the last one/);
  expect(facts["Your vote"]).toBe("waits for the author → Approve");
});

test("what was done is told without what stands there since", () => {
  const facts = said({ kind: "vote_pull_request", target: "devops:pr-418", status: "executed", arguments: { vote: "approve" } });
  expect([facts["Your vote"], facts.Commit]).toEqual(["Approve", undefined]);
});

test("a comment is shown in full, and of what is not known at least the number", () => {
  const facts = said({ kind: "comment_pull_request", target: "devops:pr-5", arguments: { text: "<b>Please</b>\nsplit it" } });
  expect([facts.Comment, facts["Pull request"]]).toEqual(["<b>Please</b>\nsplit it", "5"]);
});

test("a work item's change stands beside what it is now, and what stays is not named", () => {
  const facts = said({ kind: "update_work_item", target: "devops:item-7", arguments: { state: "Active", title: null, priority: 1 } });
  expect(facts).toMatchObject({ "Work item": "#7 Rows get lost", State: "New → Active", Priority: "2 → 1" });
  expect(facts.Title).toBeUndefined();
});

test("a link names both ends", () => {
  const facts = said({ kind: "link_work_item", target: "devops:pr-418", arguments: { work_item: 7 } });
  expect([facts["Pull request"], facts["Work item"]]).toEqual(["!418 Keep the cursor", "#7 Rows get lost (New)"]);
});

test("a new work item says what is taken where nothing was said", () => {
  const facts = said({ kind: "create_work_item", target: "devops:pr-418", arguments: { title: "Count", type: "", project: "", assigned_to: "", description: "" } });
  expect(facts).toMatchObject({ "New work item": "Count", Type: "the usual one of the project", Project: "Data Exports", "Assigned to": "nobody", "Linked to": "!418 Keep the cursor" });
});

test("a new work item for a mail is linked to nothing, and goes where work items are", () => {
  const wanted = { title: "Count", type: "", project: "Console", assigned_to: "", description: "" };
  const facts = said({ kind: "create_work_item", target: "home:pr-418", source: "home/mail", account: "devops", arguments: wanted });
  expect(facts["Linked to"]).toBeUndefined();
  expect(facts).toMatchObject({ "Because of": "a mail", Project: "Console", In: "devops" });
});

test("a pipeline that runs again says that this cannot be taken back", () => {
  const facts = said({ kind: "rerun_pipeline", target: "devops:run-9" });
  expect(facts).toMatchObject({ Pipeline: "exporter-ci (Data Exports)", Commit: "a46bb930", "What failed": "found 0 rows" });
  expect(facts["What happens"]).toMatch(/cannot be taken back/);
});
