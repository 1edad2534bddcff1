import { asProblem } from "$lib/api/problem";
import type { Action, Conversation, Entry, Step, TurnEvent } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { notices } from "$lib/state/notices.svelte";
import { itemsOf, Resource } from "$lib/state/resource.svelte";
import { calls } from "./calls";

export type Mode = "auto" | "intent" | "tool_use" | "local";

/** One thing said: by the owner, or by Alfred with the steps that led to it and the cards that came of it. */
export class Turn {
  text = $state("");
  steps = $state.raw<Step[]>([]);
  cards = $state.raw<Action[]>([]);
  problem = $state("");
  /** Whether his words are known to have arrived: what is asked again need not be said again then. */
  arrived = false;
  constructor(
    readonly by: "owner" | "alfred",
    text = "",
  ) {
    this.text = text;
  }
}

export class Chat {
  readonly conversations = new Resource(calls.conversations, itemsOf);
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
    this.turns = [];
    try {
      const { entries } = await calls.conversation(id);
      if (this.id === id && !this.busy) this.turns = entries.map(remembered);
    } catch (error) {
      if (this.id === id) notices.fail(error);
    }
  }

  async say(text: string): Promise<void> {
    this.turns = [...this.turns, new Turn("owner", text)];
    await this.#answer((id, signal) => calls.say(id, text, this.mode, signal));
  }

  /** Has the last words answered once more; what never arrived is said again. */
  async again(): Promise<void> {
    const [said, failed] = this.turns.slice(-2);
    if (this.busy || !said || !failed?.problem) return;
    if (failed.arrived) return this.#answer((id, signal) => calls.again(id, this.mode, signal));
    this.turns = this.turns.slice(0, -2);
    await this.say(said.text);
  }

  async #answer(ask: (id: string, signal: AbortSignal) => AsyncIterable<TurnEvent>): Promise<void> {
    const answer = new Turn("alfred");
    this.turns = [...this.turns, answer];
    this.busy = true;
    const stop = (this.#stop = new AbortController());
    try {
      this.id ??= (await calls.beginConversation()).id;
      for await (const event of ask(this.id, stop.signal)) hear(answer, event);
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
    if (this.id) void calls.cancelTurn(this.id).catch(() => undefined);
    const last = this.turns.at(-1);
    if (last && !last.text) last.problem = "Stopped.";
  }
}

function remembered(entry: Entry): Turn {
  const turn = new Turn(entry.role === "owner" ? "owner" : "alfred", entry.text);
  [turn.steps, turn.cards] = [entry.steps, entry.actions];
  turn.arrived = true;
  if (entry.ended !== "done") turn.problem = "This answer was cut short.";
  return turn;
}

function hear(turn: Turn, event: TurnEvent): void {
  turn.arrived = true;
  if (event.event === "text") turn.text += event.data.text;
  else if (event.event === "tool") turn.steps = [...turn.steps, event.data];
  else if (event.event === "proposal") turn.cards = [...turn.cards, event.data.action];
  else if (event.event === "done") turn.text = event.data.entry.text || turn.text;
  else if (event.event === "error") turn.problem = event.data.detail;
}

export const chat = new Chat();
