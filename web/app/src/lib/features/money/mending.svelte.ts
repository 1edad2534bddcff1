import { asProblem } from "$lib/api/problem";
import { books, type Check, type Statement } from "./calls";
import { formOf, mendedOf, type Form, type Row } from "./mended";

const PAUSE = 200;

/** A statement under the owner's hands. Whether it adds up is worked out by the house, a moment after each change. */
export class Mending {
  form: Form = $state({} as Form);
  check = $state.raw<Check | null>(null);
  problem = $state("");
  busy = $state(false);
  readonly #id: string;
  #key: number;
  #later: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(statement: Statement) {
    this.form = formOf(statement);
    this.#id = statement.id;
    this.#key = this.form.lines.length;
    void this.#look(this.#turn);
  }

  /** To be called after whatever changed: what was known of it holds no longer. */
  changed = (): void => {
    const turn = ++this.#turn;
    this.check = null;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#look(turn), PAUSE);
  };

  /** Adds a row after the one at that place, and returns its key. */
  addAfter(place: number): number {
    const fresh: Row = { key: this.#key++, date: this.form.lines[place]?.date ?? this.form.start, description: "", amount: "", balance: "", printed: [] };
    this.form.lines.splice(place + 1, 0, fresh);
    this.changed();
    return fresh.key;
  }

  remove(place: number): void {
    this.form.lines.splice(place, 1);
    this.changed();
  }

  /** What is wrong at a place, such as `lines[3].amount`. */
  flawAt(where: string): string {
    return this.check?.flaws.find((flaw) => flaw.where === where)?.says ?? "";
  }

  async save(): Promise<Statement | null> {
    this.busy = true;
    try {
      return await books.mend(this.#id, mendedOf(this.form));
    } catch (error) {
      this.problem = asProblem(error).message;
      return null;
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.#turn++;
    clearTimeout(this.#later);
  }

  async #look(turn: number): Promise<void> {
    try {
      const check = await books.check(this.#id, mendedOf(this.form));
      if (turn === this.#turn) [this.check, this.problem] = [check, ""];
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error).message;
    }
  }
}
