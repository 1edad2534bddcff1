import { expect, test } from "vitest";

import { action } from "$lib/test/action";
import { readFacts, readLetter } from "./content";

test("a letter shows every recipient and every word from the bytes that will be sent", () => {
  const person = (name: string, address: string) => ({ name, address });
  const letter = readLetter(
    action({
      kind: "reply",
      arguments: { to: ["old@acme.example"], text: "old" },
      outgoing: {
        from: person("Jo", "jo@wayne.example"),
        to: [person("Dana", "dana@acme.example")],
        cc: [],
        bcc: [person("", "hidden@evil.example")],
        reply_to: [],
        subject: "Re: Export",
        text: "Dear Dana",
        attachments: ["report.pdf"],
        calendars: ["METHOD:REPLY"],
      },
    }),
  );
  expect(letter.headers).toEqual([
    { name: "From", value: "Jo <jo@wayne.example>" },
    { name: "To", value: "Dana <dana@acme.example>" },
    { name: "Bcc", value: "hidden@evil.example" },
    { name: "Subject", value: "Re: Export" },
  ]);
  expect([letter.text, letter.attachments, letter.calendars]).toEqual(["Dear Dana", ["report.pdf"], ["METHOD:REPLY"]]);
});

test("a letter to nobody still says so", () => {
  const names = readLetter(action({ kind: "draft", arguments: { subject: "", text: "" } })).headers.map((each) => each.name);
  expect(names).toEqual(["From", "To", "Subject"]);
});

test("other kinds show their arguments by name, and where the message lies", () => {
  const facts = readFacts(action({ kind: "label", target: "gmail:1", arguments: { add: ["Travel", "Trains"], remove: [] } }));
  expect(facts).toEqual([
    { name: "Add", value: "Travel, Trains" },
    { name: "In", value: "gmail/mail" },
    { name: "Message", value: "Read it", href: "/messages/gmail%3A1" },
  ]);
});
