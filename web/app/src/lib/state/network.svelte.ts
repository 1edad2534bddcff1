import { live } from "./live.svelte";

/** Whether the house can be reached. The browser's own word is only half of it: the live connection is the other. */
class Network {
  #browser = $state(true);

  get offline(): boolean {
    return !live.connected && (!this.#browser || live.lost);
  }

  watch(): () => void {
    const look = (): void => {
      this.#browser = navigator.onLine;
    };
    look();
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }
}

export const network = new Network();
