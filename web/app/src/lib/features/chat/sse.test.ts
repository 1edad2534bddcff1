import { expect, test } from "vitest";

import { EventParser } from "./sse";

const STREAM = 'event: text\ndata: {"text":"Good"}\n\n: still here\n\nid: 7\nevent: done\ndata: {}\n\n';

test("events come out whole wherever the stream is cut", () => {
  for (let cut = 0; cut <= STREAM.length; cut += 1) {
    const parser = new EventParser();
    const events = [...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))];
    expect(events.map(({ event, id }) => [event, id])).toEqual([["text", ""], ["done", "7"]]);
  }
});

test("data on several lines is one text", () => {
  expect(new EventParser().push("data: one\ndata: two\n\n")).toEqual([{ event: "message", data: "one\ntwo", id: "" }]);
});

test("carriage returns are line ends too, and a value may hold colons", () => {
  expect(new EventParser().push("event: tool\r\ndata: a: b\r\n\r\n")[0]).toEqual({ event: "tool", data: "a: b", id: "" });
});
