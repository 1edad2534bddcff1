import { api } from "$lib/api/api";
import type { Action } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { notices } from "$lib/state/notices.svelte";

export interface Wish {
  kind: "create_event" | "update_event" | "delete_event" | "respond_event" | "reply" | "forward";
  target: string;
  arguments: Record<string, unknown>;
  account?: string;
}

/** What the owner asks for himself. What waits for his word is laid before him in full; the rest can be undone. */
export class Asking {
  card = $state.raw<Action | null>(null);
  busy = $state(false);

  propose = async (wish: Wish): Promise<boolean> => {
    this.busy = true;
    try {
      const asked = await api.propose(wish.kind, wish.target, wish.arguments, wish.account);
      this.#answer(asked);
      return true;
    } catch (error) {
      notices.fail(error);
      return false;
    } finally {
      this.busy = false;
    }
  };

  #lay(asked: Action): void {
    desk.lay(asked);
    this.card = asked;
  }

  #answer(asked: Action): void {
    if (asked.status === "proposed") this.#lay(asked);
    else if (asked.error) notices.say(`Not done yet: ${asked.error}`, undefined, "alarm");
    else notices.say(`Done: ${asked.title}`, asked.undo.possible ? { label: "Undo", run: () => desk.undo([asked.id]) } : undefined);
  }
}
