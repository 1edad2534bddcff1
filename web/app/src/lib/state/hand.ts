const CLICK_FOLLOWS = 50;
// A browser does not always tell that a press is over, as when a menu of its own opened under it.
const LONGEST = 5_000;

/** The owner's hand: while it presses, nothing that was read may move or take away what is under it, or his click is lost. */
class Hand {
  #pressing: Promise<void> | null = null;
  #letGo: () => void = () => undefined;
  #lifting: ReturnType<typeof setTimeout> | undefined;

  /** Done at once, or as soon as the hand has let go and its click has been heard. */
  get free(): Promise<void> {
    return this.#pressing ?? Promise.resolve();
  }

  watch(): () => void {
    const aborter = new AbortController();
    const options = { capture: true, signal: aborter.signal };
    addEventListener("pointerdown", this.press, options);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, this.lift, options);
    return () => aborter.abort();
  }

  press = (): void => {
    this.#freeIn(LONGEST);
    this.#pressing ??= new Promise((go) => (this.#letGo = go));
  };

  lift = (): void => this.#freeIn(CLICK_FOLLOWS);

  #freeIn(milliseconds: number): void {
    clearTimeout(this.#lifting);
    this.#lifting = setTimeout(() => {
      this.#letGo();
      this.#pressing = null;
    }, milliseconds);
  }
}

export const hand = new Hand();
