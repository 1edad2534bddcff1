import { api } from "$lib/api/api";
import type { FullMessage } from "$lib/api/types";

/** The whole conversation, oldest first; the message itself carries what only it may show, such as a one-time code. */
export async function readThread(id: string): Promise<FullMessage[]> {
  const [message, thread] = await Promise.all([api.message(id), api.thread(id)]);
  const letters = thread.items.map((each) => (each.id === id ? message : each));
  return letters.some((each) => each.id === id) ? letters : [...letters, message];
}
