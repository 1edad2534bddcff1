import { api } from "$lib/api/api";
import { asProblem } from "$lib/api/problem";
import type { Action, Conversation, Entry, Step, TurnEvent } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { Resource } from "$lib/state/resource.svelte";

export type Mode = "auto" | "intent" | "tool_use" | "local";

/** One thing said: by the owner, or by Alfred with the steps that led to it and the cards that came of it. */
export class Turn {
  text = $state("");
  steps = $state.raw<Step[]>([]);
  cards = $state.raw<Action[]>([]);
  problem = $state("");
  constructor(
    readonly by: "owner" | "alfred",
    text = "",
  ) {
    this.text = text;
  }
}

class Chat {
  readonly conversations = new Resource<Conversation[]>(async () => (await api.conversations()).items);
  turns = $state.raw<Turn[]>([]);
  id = $state<string | null>(null);
  mode = $state<Mode>("auto");
  busy = $state(false);
  #stop: AbortController | null = null;

  begin(): void {
    this.cancel();
    this.id = null;
    this.turns = [];
  }

  async open(id: string): Promise<void> {
    this.cancel();
    this.id = id;
    this.turns = (await api.conversation(id)).entries.map(remembered);
  }

  async say(text: string): Promise<void> {
    const answer = new Turn("alfred");
    this.turns = [...this.turns, new Turn("owner", text), answer];
    this.busy = true;
    const stop = (this.#stop = new AbortController());
    try {
      this.id ??= (await api.beginConversation()).id;
      for await (const event of api.say(this.id, text, this.mode, stop.signal)) hear(answer, event);
    } catch (error) {
      if (!stop.signal.aborted) answer.problem = asProblem(error).message;
    } finally {
      if (this.#stop === stop) this.busy = false;
    }
    void this.conversations.load();
    if (answer.cards.length) void desk.list.load();
  }

  cancel(): void {
    if (!this.busy) return;
    this.#stop?.abort();
    this.busy = false;
    if (this.id) void api.cancelTurn(this.id).catch(() => undefined);
    const last = this.turns.at(-1);
    if (last && !last.text) last.problem = "Stopped.";
  }
}

function remembered(entry: Entry): Turn {
  const turn = new Turn(entry.role === "owner" ? "owner" : "alfred", entry.text);
  [turn.steps, turn.cards] = [entry.steps, entry.actions];
  if (entry.ended !== "done") turn.problem = "This answer was cut short.";
  return turn;
}

function hear(turn: Turn, event: TurnEvent): void {
  if (event.event === "text") turn.text += event.data.text;
  else if (event.event === "tool") turn.steps = [...turn.steps, event.data];
  else if (event.event === "proposal") turn.cards = [...turn.cards, event.data.action];
  else if (event.event === "done") turn.text = event.data.entry.text || turn.text;
  else if (event.event === "error") turn.problem = event.data.detail;
}

export const chat = new Chat();
