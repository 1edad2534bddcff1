import { expect, test } from "vitest";

import { action } from "$lib/test/action";
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
