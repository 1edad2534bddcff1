import { expect, test } from "vitest";

import { action } from "$lib/test/action";
import { event } from "$lib/test/event";
import { readAppointment } from "./appointment";

const KL = "Asia/Kuala_Lumpur";
const owner = { address: { name: "Jo", address: "jo@x.example" }, response: "accepted", optional: false, is_owner: true } as const;
const tomas = { address: { name: "Tomas", address: "tomas@x.example" }, response: "needs_action", optional: false, is_owner: false } as const;
const sync = event({ organizer: owner.address, attendees: [owner, tomas], location: "Meranti room" });
const card = { source: "office/calendar", account: "office", target: sync.id, event: sync };
const told = (facts: { name: string; value: string; before?: string }[]) => facts.map(({ name, value, before }) => [name, ...(before ? [before] : []), value]);

test("a move shows the time before and after by the owner's clock, and who is told", () => {
  const move = action({ ...card, kind: "update_event", arguments: { title: null, start: "2026-11-25T01:30:00Z", end: null, add_attendees: [] } });
  expect(told(readAppointment(move, KL))).toEqual([
    ["Appointment", "Roadmap sync"],
    ["When", "Tuesday 24 November, 15:00–16:00", "Wednesday 25 November, 09:30–10:30"],
    ["Already invited", "Tomas"],
    ["Told of it", "Tomas"],
    ["Calendar", "office/calendar"],
  ]);
});

test("what was done already shows no before, for the calendar has moved on", () => {
  const move = action({ ...card, kind: "update_event", status: "executed", arguments: { start: "2026-11-25T01:30:00Z", end: "2026-11-25T02:30:00Z" } });
  expect(readAppointment(move, KL).some((fact) => fact.before)).toBe(false);
});

test("an invitation names everybody who gets it", () => {
  const lunch = action({
    ...card,
    target: "",
    event: null,
    kind: "create_event",
    arguments: { title: "Lunch", start: "2026-11-24T04:00:00Z", end: "2026-11-24T05:00:00Z", all_day: false, zone: KL, attendees: ["a@x.example", "b@x.example"], location: "", description: "", recurrence: ["RRULE:FREQ=WEEKLY"], online: true },
  });
  expect(told(readAppointment(lunch, KL))).toEqual([
    ["What", "Lunch"],
    ["When", "Tuesday 24 November, 12:00–13:00"],
    ["Repeats", "every week"],
    ["Online", "with a link to join"],
    ["Invited", "a@x.example, b@x.example"],
    ["Told of it", "a@x.example, b@x.example"],
    ["Calendar", "office/calendar"],
  ]);
});

test("an answer shows what was answered before, the words, and whom it goes to", () => {
  const asked = event({ organizer: tomas.address, attendees: [{ ...owner, response: "needs_action" }], response: "needs_action" });
  const answer = action({ ...card, event: asked, kind: "respond_event", arguments: { response: "tentative", comment: "Could we do 16:00?" } });
  expect(told(readAppointment(answer, KL)).slice(2)).toEqual([
    ["Your answer", "not answered", "maybe"],
    ["With the words", "Could we do 16:00?"],
    ["Told of it", "Tomas"],
    ["Calendar", "office/calendar"],
  ]);
});

test("an appointment that is gone is still told of by what would change", () => {
  const move = action({ ...card, event: null, kind: "update_event", arguments: { start: "2026-11-25T01:30:00Z", end: "2026-11-25T02:30:00Z" } });
  expect(told(readAppointment(move, KL))).toEqual([
    ["When", "Wednesday 25 November, 09:30–10:30"],
    ["Told of it", "nobody else"],
    ["Calendar", "office/calendar"],
  ]);
});
