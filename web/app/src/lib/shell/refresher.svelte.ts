const FAR_ENOUGH = 90;

/** Pull to refresh: a page says what refreshing means to it; the shell watches the finger. */
class Refresher {
  pulling = $state(false);
  busy = $state(false);
  #refresh: (() => Promise<unknown>) | null = null;
  #from = 0;

  use(refresh: () => Promise<unknown>): () => void {
    this.#refresh = refresh;
    return () => {
      if (this.#refresh === refresh) this.#refresh = null;
    };
  }

  attach = (node: HTMLElement): (() => void) => {
    const aborter = new AbortController();
    const options = { passive: true, signal: aborter.signal };
    node.addEventListener("touchstart", (event) => this.#start(event), options);
    node.addEventListener("touchmove", (event) => this.#move(event), options);
    node.addEventListener("touchend", () => void this.#end(), options);
    return () => aborter.abort();
  };

  #start(event: TouchEvent): void {
    this.#from = scrollY <= 0 ? (event.touches[0]?.clientY ?? 0) : 0;
  }

  #move(event: TouchEvent): void {
    const by = (event.touches[0]?.clientY ?? 0) - this.#from;
    this.pulling = this.#from > 0 && this.#refresh !== null && scrollY <= 0 && by > FAR_ENOUGH;
  }

  async #end(): Promise<void> {
    if (!this.pulling || !this.#refresh) return;
    this.pulling = false;
    this.busy = true;
    await this.#refresh();
    this.busy = false;
  }
}

export const refresher = new Refresher();
