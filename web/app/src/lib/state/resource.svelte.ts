import { asProblem, type Problem } from "$lib/api/problem";
import { session } from "./session.svelte";

const GATHER = 120;

/** Something read from the server: what is known of it, whether it is coming, and why it did not. */
export class Resource<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #read: () => Promise<Value>;
  #latest = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(read: () => Promise<Value>) {
    this.#read = read;
  }

  get isFirst(): boolean {
    return this.value === null && this.problem === null;
  }

  load = async (): Promise<void> => {
    const turn = ++this.#latest;
    this.loading = true;
    try {
      const value = await this.#read();
      if (turn === this.#latest) [this.value, this.problem] = [value, null];
    } catch (error) {
      if (turn === this.#latest) this.#fail(asProblem(error));
    } finally {
      if (turn === this.#latest) this.loading = false;
    }
  };

  /** Loads once for many happenings that come together. */
  soon = (): void => {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.load(), GATHER);
  };

  #fail(problem: Problem): void {
    if (problem.isSignedOut) session.lost();
    this.problem = problem;
  }
}
