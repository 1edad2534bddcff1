import { api } from "$lib/api/api";
import type { Status } from "$lib/api/types";
import { zone } from "$lib/text/zone.svelte";
import { desk } from "./desk.svelte";
import { live } from "./live.svelte";
import { notices } from "./notices.svelte";
import { Resource } from "./resource.svelte";

/** How the house stands: its sources, its brain, its purse, and whether everything is halted. */
class Household {
  readonly status = new Resource(api.status, known);
  halting = $state(false);

  get halted(): boolean {
    return this.status.value?.halt.halted ?? false;
  }

  /** How the disk stands: `ok`, `low`, `full` or `read_only`. */
  get disk(): Status["disk"]["state"] {
    return this.status.value?.disk.state ?? "ok";
  }

  watch(): () => void {
    void this.status.load();
    return live.on("status", this.status.soon);
  }

  async halt(): Promise<void> {
    desk.takeAllBack();
    await this.#change(api.halt, "Halted. Nothing will be done until you say so.");
  }

  async resume(): Promise<void> {
    await this.#change(api.resume, "Carrying on.");
  }

  async #change(ask: () => Promise<unknown>, said: string): Promise<void> {
    this.halting = true;
    try {
      await ask();
      await this.status.load();
      notices.say(said);
    } catch (error) {
      notices.fail(error);
    } finally {
      this.halting = false;
    }
  }
}

function known(status: Status): Status {
  zone.learn(status.zone);
  return status;
}

export const household = new Household();
