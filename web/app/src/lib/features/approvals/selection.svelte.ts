import { SvelteSet } from "svelte/reactivity";
import type { Action } from "$lib/api/types";
import { maySelect } from "./may";

/** The cards that one yes will cover, whichever hand ticked them; what must be read whole is never among them. */
export class Selection {
  readonly #ids = new SvelteSet<string>();
  readonly chosen: readonly Action[];

  constructor(cards: () => readonly Action[]) {
    this.chosen = $derived(cards().filter((card) => this.has(card)));
  }

  has(card: Action): boolean {
    return this.#ids.has(card.id) && maySelect(card);
  }

  toggle(card: Action): void {
    if (!this.#ids.delete(card.id) && maySelect(card)) this.#ids.add(card.id);
  }

  /** Return what is chosen, and choose nothing any more. */
  take(): readonly Action[] {
    const taken = this.chosen;
    this.#ids.clear();
    return taken;
  }
}
