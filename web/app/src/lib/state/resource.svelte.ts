import { isOld } from "$lib/api/api";
import { asProblem, offline, Problem } from "$lib/api/problem";
import { hand } from "./hand";
import { live } from "./live.svelte";
import { session } from "./session.svelte";

const GATHER = 120;

/** Something read from the server: what is known of it, whether it is coming, and why it did not. Its value is the answer
 * itself, or what it is made into. */
export class Resource<Answer, Value = Answer> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #read: () => Promise<[Value, boolean]>;
  #latest = 0;
  #shown = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #written: Promise<unknown> = Promise.resolve();

  constructor(ask: () => Promise<Answer>, made: (answer: Answer) => Value = (answer) => answer as unknown as Value) {
    this.#read = async () => {
      const answer = await ask();
      return [made(answer), isOld(answer)];
    };
  }

  get isFirst(): boolean {
    return this.value === null && this.problem === null;
  }

  /** When it is done and says yes, the value is at least as new as this call: an answer gives way only to one that was
   * asked for later. It says no where nothing came but trouble, or what was last read. */
  load = async (): Promise<boolean> => {
    const turn = ++this.#latest;
    this.loading = true;
    try {
      const [value, wasOld] = await this.#read();
      await hand.free;
      if (turn > this.#shown) this.#show(value, turn, wasOld ? offline() : null);
      return !wasOld;
    } catch (error) {
      if (turn === this.#latest) this.#fail(asProblem(error));
      return false;
    } finally {
      if (turn === this.#latest) this.loading = false;
    }
  };

  /** Read anew, for whoever writes it back whole: raises where the house cannot be heard. */
  fresh = async (): Promise<Value> => {
    if (!(await this.load()) || this.value === null) throw this.problem ?? offline();
    return this.value;
  };

  /** Write it back whole, made from what the house says now; one change after the other, or the later would undo the
   * earlier. Raises where it was not written. */
  rewrite(write: (now: Value) => Promise<unknown>): Promise<void> {
    const written = this.#written.then(() => this.#rewrite(write));
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** What did not come, or was what was last read, is read anew once the house is heard again. */
  watch = (): (() => void) => live.on("heard", () => this.problem?.isOffline && this.soon());

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

  async #rewrite(write: (now: Value) => Promise<unknown>): Promise<void> {
    try {
      await write(await this.fresh());
    } finally {
      await this.load();
    }
  }

  #show(value: Value, turn: number, problem: Problem | null = null): void {
    [this.value, this.#shown] = [value, turn];
    if (turn === this.#latest) this.problem = problem;
  }

  #fail(problem: Problem): void {
    if (problem.isSignedOut) session.lost();
    this.problem = problem;
  }
}

/** What a page of a list holds. */
export function itemsOf<Item>({ items }: { items: Item[] }): Item[] {
  return items;
}

/** What is written back whole must still stand as it was seen, or what was changed elsewhere would be lost. */
export function mustStand(now: unknown, seen: unknown): void {
  if (JSON.stringify(now) === JSON.stringify(seen)) return;
  throw new Problem(409, "changed", "It changed since you were shown it: close this and look again.");
}
