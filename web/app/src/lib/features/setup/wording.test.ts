import { expect, test } from "vitest";
import { pieces, waiting, wouldInWords } from "./wording";

test("what is done or put off waits for nobody", () => {
  expect(waiting([{ progress: "open" }, { progress: "done" }, { progress: "skipped" }, { progress: "trouble" }])).toBe(2);
});

test("what a rule would do is said with how often", () => {
  const would = { rule: "Junk", said: "", kinds: ["archive", "create_follow_up"], count: 1, subjects: [] };
  expect(wouldInWords(would)).toBe("would archive and create follow up, 1 time");
});

test("an address in a sentence can be pressed, and the full stop is not of it", () => {
  expect(pieces("Open https://a.example/b?c=d, then wait at https://e.example.")).toEqual([
    { text: "Open " },
    { text: "https://a.example/b?c=d", href: "https://a.example/b?c=d" },
    { text: ", then wait at " },
    { text: "https://e.example", href: "https://e.example" },
    { text: "." },
  ]);
});
