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
  statements: readonly Statement[];
}

/** Files given by hand, one after the other; a locked one stays until its password is known. */
export class Uploading {
  given = $state.raw<readonly Given[]>([]);
  #money: MoneyBooks;

  constructor(money: MoneyBooks) {
    this.#money = money;
  }

  async add(files: Iterable<File>): Promise<void> {
    for (const file of files) await this.send(file);
  }

  async send(file: File, password = ""): Promise<void> {
    const fresh: Given = { file, busy: true, tried: password !== "", problem: "", statements: [] };
    this.#put(fresh);
    this.#put({ ...fresh, busy: false, ...(await this.#read(file, password)) });
    await this.#money.refresh();
  }

  dismiss(file: File): void {
    this.given = this.given.filter((each) => each.file !== file);
  }

  async #read(file: File, password: string): Promise<Pick<Given, "problem" | "statements">> {
    if (file.size > LARGEST) return { problem: "The file is larger than 25 MB.", statements: [] };
    try {
      return { problem: "", statements: (await books.upload(file.name, await base64Of(file), password)).items };
    } catch (error) {
      return { problem: asProblem(error).message, statements: [] };
    }
  }

  #put(given: Given): void {
    const known = this.given.some((each) => each.file === given.file);
    this.given = known ? this.given.map((each) => (each.file === given.file ? given : each)) : [...this.given, given];
  }
}
