import { api, one } from "$lib/api/api";
import type { Conversation, ConversationWithEntries, Page, TurnEvent } from "$lib/api/types";
import { EventParser } from "./sse";

/** What a conversation asks of the house. */
export const calls = {
  conversations: () => api.get<Page<Conversation>>("/api/conversations"),
  beginConversation: () => api.post<Conversation>("/api/conversations"),
  conversation: (id: string) => api.get<ConversationWithEntries>(one("/api/conversations", id)),
  cancelTurn: (id: string) => api.remove<undefined>(`${one("/api/conversations", id)}/turn`),
  say: (conversation: string, text: string, mode: string, signal: AbortSignal) =>
    heard(`${one("/api/conversations", conversation)}/messages`, mode === "auto" ? { text } : { text, mode }, signal),
  again: (conversation: string, mode: string, signal: AbortSignal) =>
    heard(`${one("/api/conversations", conversation)}/again`, { mode }, signal),
};

async function* heard(path: string, body: object, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const response = await api.stream(path, body, signal);
  if (!response.body) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const event of parser.push(part.value)) {
      yield { event: event.event, data: JSON.parse(event.data) } as TurnEvent;
    }
  }
}
