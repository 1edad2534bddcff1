import { expect, test } from "vitest";

import { action } from "$lib/test/action";
import { zone } from "$lib/text/zone.svelte";
import { fieldsOf, readFields } from "./fields";

const reply = action({
  kind: "reply",
  arguments: { text: "Dear Dana", to: ["dana@acme.example"], subject: "Re: Export", mime: "abc", message_id: "<1@x>", due: null, loud: true },
});

test("the fields of a letter come in the order of a letter, without what is built from them", () => {
  expect(fieldsOf(reply).map((field) => field.name)).toEqual(["to", "subject", "text", "due", "loud"]);
});

test("unchanged fields give the arguments back as they were", () => {
  expect(readFields(reply, fieldsOf(reply))).toEqual({ text: "Dear Dana", to: ["dana@acme.example"], subject: "Re: Export", due: null, loud: true });
});

test("recipients are told apart by commas, semicolons and lines", () => {
  const fields = fieldsOf(reply).map((field) => (field.name === "to" ? { ...field, value: "a@x.example; b@x.example,\nc@x.example" } : field));
  expect(readFields(reply, fields).to).toEqual(["a@x.example", "b@x.example", "c@x.example"]);
});

const meeting = action({
  kind: "update_event",
  arguments: { title: null, start: "2026-11-23T01:30:00Z", end: "2026-11-23T02:30:00Z", location: null, add_attendees: [], all_day: false, zone: "Asia/Singapore" },
});

test("times are edited by the owner's clock, and what was not touched stays to the second", () => {
  zone.learn("Asia/Kuala_Lumpur");
  const fields = fieldsOf(meeting);
  expect(fields.map(({ name, value }) => [name, value])).toEqual([
    ["title", ""],
    ["start", "2026-11-23T09:30"],
    ["end", "2026-11-23T10:30"],
    ["add_attendees", ""],
    ["location", ""],
  ]);
  const later = fields.map((field) => (field.name === "end" ? { ...field, value: "2026-11-23T11:00" } : field));
  expect(readFields(meeting, later)).toEqual({ ...meeting.arguments, end: "2026-11-23T03:00:00.000Z" });
});

test("a repetition is not taken apart at its commas", () => {
  const weekly = action({ kind: "create_event", arguments: { title: "Choir", recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"] } });
  expect(readFields(weekly, fieldsOf(weekly))).toEqual(weekly.arguments);
});

test("an answer to an invitation is chosen, not typed", () => {
  const answer = fieldsOf(action({ kind: "respond_event", arguments: { response: "tentative", comment: "" } }));
  expect(answer[0]?.choices.map((each) => each.value)).toEqual(["accepted", "tentative", "declined"]);
});

test("a vote is chosen in words, and a priority stays a number", () => {
  const vote = action({ kind: "vote_pull_request", arguments: { vote: "approve" } });
  const [field] = fieldsOf(vote);
  expect(field?.choices.map(({ says }) => says)).toContain("Approve, with suggestions");
  const change = action({ kind: "update_work_item", arguments: { state: "Active", priority: null } });
  const fields = fieldsOf(change).map((each) => (each.name === "priority" ? { ...each, value: "2" } : each));
  expect(readFields(change, fields)).toEqual({ state: "Active", priority: 2 });
});

test("of an answer by mail only the answer and its words are the owner's to choose", () => {
  const answer = action({ kind: "answer_invitation", arguments: { to: ["ann@acme.example"], subject: "Accepted: Lunch", text: "", response: "accepted", uid: "x" } });
  expect(fieldsOf(answer).map((field) => field.name)).toEqual(["text", "response"]);
});
