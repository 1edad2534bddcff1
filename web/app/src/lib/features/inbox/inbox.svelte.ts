import { api, isOld, type MessageFilter } from "$lib/api/api";
import { asProblem, offline, type Problem } from "$lib/api/problem";
import type { Message } from "$lib/api/types";
import { hand } from "$lib/state/hand";
import { live } from "$lib/state/live.svelte";
import { session } from "$lib/state/session.svelte";

const GATHER = 150;

/** One list of everything that arrived, read page by page as it is scrolled, however long it is. */
export class Inbox {
  items = $state.raw<Message[]>([]);
  problem = $state.raw<Problem | null>(null);
  loading = $state(true);
  filter = $state.raw<MessageFilter>({});
  #cursor = $state<string | null>(null);
  #reading: AbortController | null = null;
  #later: ReturnType<typeof setTimeout> | undefined;

  get isComplete(): boolean {
    return !this.loading && this.#cursor === null;
  }

  async show(filter: MessageFilter): Promise<void> {
    this.filter = filter;
    this.items = [];
    await this.#read(null);
  }

  /** Looks again from the top; the answer counts only for what is asked for by then, and moves nothing under the finger. */
  refresh = async (): Promise<void> => {
    const { filter } = this;
    try {
      const page = await api.messages(filter, null);
      await hand.free;
      if (filter !== this.filter) return;
      this.items = freshFirst(page.items, this.items);
      this.#cursor ??= this.items.length > page.items.length ? null : (page.next_cursor ?? null);
      this.problem = isOld(page) ? offline() : null;
    } catch (error) {
      if (filter === this.filter) this.#fail(error);
    }
  };

  more(): void {
    if (!this.loading && this.#cursor !== null) void this.#read(this.#cursor);
  }

  remove(id: string): void {
    this.items = this.items.filter((message) => message.id !== id);
  }

  watch(): () => void {
    const soon = (): void => {
      clearTimeout(this.#later);
      this.#later = setTimeout(() => void this.refresh(), GATHER);
    };
    const stops = [live.on("message", soon), live.on("heard", () => this.problem?.isOffline && soon())];
    return () => {
      stops.forEach((stop) => stop());
      this.#reading?.abort();
    };
  }

  async #read(cursor: string | null): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    this.loading = true;
    try {
      const page = await api.messages(this.filter, cursor, reading.signal);
      await hand.free;
      if (reading.signal.aborted) return;
      this.items = cursor === null ? page.items : [...this.items, ...page.items];
      this.#cursor = page.next_cursor ?? null;
      this.problem = isOld(page) ? offline() : null;
    } catch (error) {
      if (!reading.signal.aborted) this.#fail(error);
    } finally {
      if (reading === this.#reading) this.loading = false;
    }
  }

  #fail(error: unknown): void {
    this.problem = asProblem(error);
    if (this.problem.isSignedOut) session.lost();
  }
}

/** The newest page before what is known already; what the page holds anew wins, and what left the page is gone. */
export function freshFirst(fresh: readonly Message[], known: readonly Message[]): Message[] {
  const last = fresh.at(-1);
  const seen = new Set(fresh.map((message) => message.id));
  const after = last ? known.findIndex((message) => message.id === last.id) : known.length;
  const older = after < 0 ? [] : known.slice(after + 1).filter((message) => !seen.has(message.id));
  return [...fresh, ...older];
}
