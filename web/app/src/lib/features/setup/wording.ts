import type { Step, Would } from "./setup.svelte";

type Progress = Step["progress"];

const WORDS: Record<Progress, string> = { open: "Not yet", done: "Done", skipped: "Put off", trouble: "Needs you" };

export const inWords = (progress: Progress): string => WORDS[progress];

/** How many steps still wait for the owner. */
export const waiting = (steps: readonly Pick<Step, "progress">[]): number =>
  steps.filter((step) => step.progress === "open" || step.progress === "trouble").length;

export const wouldInWords = (would: Would): string => {
  const kinds = would.kinds.map((kind) => kind.replaceAll("_", " ")).join(" and ");
  return `would ${kinds}, ${would.count} ${would.count === 1 ? "time" : "times"}`;
};

/** A sentence in pieces, so that the addresses in it can be pressed. */
export function pieces(sentence: string): { text: string; href?: string }[] {
  return sentence
    .split(/(https:\/\/[^\s,]*[^\s,.;:])/)
    .filter((text) => text !== "")
    .map((text) => (text.startsWith("https://") ? { text, href: text } : { text }));
}
