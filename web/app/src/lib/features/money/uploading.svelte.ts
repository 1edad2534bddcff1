import { asProblem } from "$lib/api/problem";
import { books, type Statement } from "./calls";
import { base64Of, LARGEST } from "./files";
import type { MoneyBooks } from "./money.svelte";

/** One file that was given by hand, and what became of it. */
export interface Given {
  file: File;
  busy: boolean;
  tried: boolean;
  problem: string;
  namesNoCurrency: boolean;
  statements: readonly Statement[];
}

type Outcome = Pick<Given, "problem" | "namesNoCurrency" | "statements">;
const NONE = { problem: "", namesNoCurrency: false, statements: [] } as const;

/** Files given by hand, one after the other; one stays until its password, or what it is in, is known. */
export class Uploading {
  given = $state.raw<readonly Given[]>([]);
  #money: MoneyBooks;

  constructor(money: MoneyBooks) {
    this.#money = money;
  }

  async add(files: Iterable<File>): Promise<void> {
    for (const file of files) await this.send(file);
  }

  async send(file: File, password = "", currency = ""): Promise<void> {
    const fresh: Given = { file, busy: true, tried: password !== "", ...NONE };
    this.#put(fresh);
    this.#put({ ...fresh, busy: false, ...(await this.#read(file, password, currency)) });
    await this.#money.refresh();
  }

  dismiss(file: File): void {
    this.given = this.given.filter((each) => each.file !== file);
  }

  async #read(file: File, password: string, currency: string): Promise<Outcome> {
    if (file.size > LARGEST) return { ...NONE, problem: "The file is larger than 25 MB." };
    try {
      const { items } = await books.upload(file.name, await base64Of(file), password, currency);
      return { ...NONE, statements: items };
    } catch (error) {
      const { message, code } = asProblem(error);
      return { ...NONE, problem: message, namesNoCurrency: code === "no_currency" };
    }
  }

  #put(given: Given): void {
    const known = this.given.some((each) => each.file === given.file);
    this.given = known ? this.given.map((each) => (each.file === given.file ? given : each)) : [...this.given, given];
  }
}
