import { asProblem, offline, type Problem } from "$lib/api/problem";
import { hand } from "./hand";
import { live } from "./live.svelte";
import { session } from "./session.svelte";

const GATHER = 120;

/** Something read from the server: what is known of it, whether it is coming, and why it did not. */
export class Resource<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #read: () => Promise<Value>;
  #latest = 0;
  #shown = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(read: () => Promise<Value>) {
    this.#read = read;
  }

  get isFirst(): boolean {
    return this.value === null && this.problem === null;
  }

  /** When it is done and says yes, the value is at least as new as this call: an answer gives way only to one that was
   * asked for later. It says no where nothing came but trouble, or what was last read. */
  load = async (): Promise<boolean> => {
    const turn = ++this.#latest;
    const missed = live.missed;
    this.loading = true;
    try {
      const value = await this.#read();
      const isFresh = live.missed === missed;
      await hand.free;
      if (turn > this.#shown) this.#show(value, turn, isFresh ? null : offline());
      return isFresh;
    } catch (error) {
      if (turn === this.#latest) this.#fail(asProblem(error));
      return false;
    } finally {
      if (turn === this.#latest) this.loading = false;
    }
  };

  /** What is asked for is another thing now: answers about the one before come too late. */
  ask = (): Promise<boolean> => {
    this.#shown = this.#latest;
    return this.load();
  };

  /** Something newer is known from elsewhere: answers that were under way before come too late. */
  put(value: Value): void {
    this.#show(value, ++this.#latest);
    this.loading = false;
  }

  /** Loads once for many happenings that come together. */
  soon = (): void => {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.load(), GATHER);
  };

  #show(value: Value, turn: number, problem: Problem | null = null): void {
    [this.value, this.#shown] = [value, turn];
    if (turn === this.#latest) this.problem = problem;
  }

  #fail(problem: Problem): void {
    if (problem.isSignedOut) session.lost();
    this.problem = problem;
  }
}
