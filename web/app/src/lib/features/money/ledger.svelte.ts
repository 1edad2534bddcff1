import { asProblem, type Problem } from "$lib/api/problem";
import { notices } from "$lib/state/notices.svelte";
import { books, type Category, type TiedMail, type Transaction, type TransactionFilter } from "./calls";
import { categoryName, nameOf } from "./wording";

/** The transactions, page by page, newest first. */
export class Ledger {
  items = $state.raw<Transaction[]>([]);
  /** The mail that told of a transaction, by the transaction's id. */
  mails = $state.raw<ReadonlyMap<string, TiedMail>>(new Map());
  loading = $state(true);
  problem = $state.raw<Problem | null>(null);
  filter = $state.raw<TransactionFilter>({ month: "", category: "", q: "" });
  #cursor: string | null = null;
  #turn = 0;

  show(filter: TransactionFilter): void {
    this.filter = filter;
    void this.load();
  }

  load = (): Promise<void> => this.#read(null);

  more(): void {
    if (!this.loading && this.#cursor) void this.#read(this.#cursor);
  }

  /** Says what a transaction was for; it counts for all of its merchant, and can be taken back. */
  async correct(each: Transaction, category: Category): Promise<void> {
    const whose = each.merchant ? `everything at ${each.merchant}` : nameOf(each);
    try {
      await books.correct(each.id, category);
      notices.say(`${categoryName(category)} from now on: ${whose}.`, { label: "Undo", run: () => this.takeBack(each) });
    } catch (error) {
      notices.fail(error);
    }
    await this.load();
  }

  async takeBack(each: Transaction): Promise<void> {
    try {
      await books.takeBack(each.id);
      notices.say(`Taken back: ${nameOf(each)}.`);
    } catch (error) {
      notices.fail(error);
    }
    await this.load();
  }

  async #read(cursor: string | null): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await books.transactions(this.filter, cursor);
      if (turn !== this.#turn) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      const told = (page.mails ?? []).map((mail) => [mail.transaction_id, mail] as const);
      this.mails = new Map([...(cursor ? this.mails : []), ...told]);
      this.#cursor = page.next_cursor ?? null;
      this.problem = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    }
    if (turn === this.#turn) this.loading = false;
  }
}
