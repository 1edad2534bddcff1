import { api } from "$lib/api/api";
import type { Passkey } from "$lib/api/types";
import { notices } from "./notices.svelte";
import { Resource } from "./resource.svelte";

/** Whether this browser can make and use passkeys from the server's JSON. */
export function canUsePasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** The passkeys of this address, and the offer to keep one for whoever just came in by a code. */
class Passkeys {
  readonly list = new Resource(api.passkeys, ({ items }) => items.filter((each) => each.site === location.hostname));
  offered = $state(false);

  async offer(): Promise<void> {
    if (!canUsePasskeys()) return;
    await this.list.load();
    this.offered = this.list.value?.length === 0;
  }

  decline(): void {
    this.offered = false;
  }

  async add(): Promise<void> {
    try {
      const { addPasskey } = await import("$lib/features/signin/ceremony");
      await addPasskey();
      this.offered = false;
      notices.say("The passkey is kept.");
    } catch (error) {
      notices.fail(error);
    }
    await this.list.load();
  }

  async remove(passkey: Passkey): Promise<void> {
    try {
      await api.removePasskey(passkey.id);
      notices.say(`${passkey.name}: that passkey opens nothing any more.`);
    } catch (error) {
      notices.fail(error);
    }
    await this.list.load();
  }
}

export const passkeys = new Passkeys();
