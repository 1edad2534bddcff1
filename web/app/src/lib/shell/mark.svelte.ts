/** Which thing of a list the keys act on: the thing itself and not its place, which shifts as others come and go. */
export class Mark<Item extends { id: string }> {
  #id = $state<string | null>(null);
  #place = 0;
  #items: () => readonly Item[];

  constructor(items: () => readonly Item[]) {
    this.#items = items;
  }

  /** Nothing until the owner has stepped somewhere, and nothing once it has gone. */
  get item(): Item | undefined {
    return this.#items().find((each) => each.id === this.#id);
  }

  is({ id }: Item): boolean {
    return id === this.#id;
  }

  /** Steps on, or to what has taken the place of what has gone; returns the place. */
  step(by: number): number {
    const items = this.#items();
    const known = items.findIndex((each) => each.id === this.#id);
    const wanted = known < 0 ? this.#place + Math.min(by, 0) : known + by;
    this.#place = Math.max(0, Math.min(items.length - 1, wanted));
    this.#id = items[this.#place]?.id ?? null;
    return this.#place;
  }

  /** What is marked is dealt with: its neighbour is marked now, for all to see. */
  pass(): void {
    const items = this.#items();
    this.#place = Math.max(0, items.findIndex((each) => each.id === this.#id));
    this.#id = (items[this.#place + 1] ?? items[this.#place - 1])?.id ?? null;
  }
}
