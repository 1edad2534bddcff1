import { live } from "$lib/state/live.svelte";
import { notices } from "$lib/state/notices.svelte";
import { itemsOf, Resource } from "$lib/state/resource.svelte";
import { books, type Budget, type Filled, type Statement, type Summary } from "./calls";
import { monthOf } from "./months";

const CHANGES = ["books/", "preferences/budget/"];

/** What the books say: of the last twelve months, of the month that is shown, and which statements it comes from. */
export class MoneyBooks {
  month = $state("");
  readonly year = new Resource(() => books.summary());
  readonly statements = new Resource(books.statements, itemsOf);
  readonly spent = new Resource(() => books.summary(this.month));
  readonly budgets = new Resource(() => books.budgets(this.month), itemsOf);
  readonly filling = new Resource(books.filling);
  #listeners = new Set<() => void>();

  /** The newest month that the books know of: statements come when their month is over. */
  get latest(): string {
    return this.year.value?.cash_flow.at(-1)?.month ?? monthOf(new Date());
  }

  get locked(): Statement[] {
    return (this.statements.value ?? []).filter((each) => each.state === "needs_password");
  }

  /** The currencies that are in the books, the most used first. */
  get currencies(): string[] {
    return [...new Set((this.year.value?.spent.totals ?? []).map((sum) => sum.currency))];
  }

  show(month: string): void {
    if (!month || month === this.month) return;
    this.month = month;
    void this.spent.ask();
    void this.budgets.ask();
  }

  refresh = async (): Promise<void> => {
    this.#listeners.forEach((tell) => tell());
    const all = [this.year, this.statements, this.filling, ...(this.month ? [this.spent, this.budgets] : [])];
    await Promise.all(all.map((each) => each.load()));
  };

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(): () => void {
    void Promise.all([this.year.load(), this.statements.load(), this.filling.load()]);
    let later: ReturnType<typeof setTimeout> | undefined;
    const stop = live.on("status", ({ ref }) => {
      if (ref !== undefined && !CHANGES.some((each) => String(ref).startsWith(each))) return;
      clearTimeout(later);
      later = setTimeout(() => void this.refresh(), 250);
    });
    return () => {
      clearTimeout(later);
      stop();
    };
  }

  /** Runs a change and shows what came of it; says why where it did not work. */
  async change(work: () => Promise<unknown>, said = "", undo?: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
    } catch (error) {
      notices.fail(error);
      return false;
    }
    if (said) notices.say(said, undo && { label: "Undo", run: () => this.change(undo) });
    await this.refresh();
    return true;
  }
}
