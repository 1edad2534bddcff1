import type { FullMessage, Page } from "$lib/api/types";

/** The whole conversation, oldest first; the message itself carries what only it may show, such as a one-time code. */
export function wholeThread([message, thread]: [FullMessage, Page<FullMessage>]): FullMessage[] {
  const letters = thread.items.map((each) => (each.id === message.id ? message : each));
  return letters.some((each) => each.id === message.id) ? letters : [...letters, message];
}
