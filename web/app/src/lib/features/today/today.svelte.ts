import { api } from "$lib/api/api";
import type { Briefing, Clash, Matter, Offer, Owed } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { live } from "$lib/state/live.svelte";
import { notices } from "$lib/state/notices.svelte";
import { Resource } from "$lib/state/resource.svelte";
import { tomorrowMorning } from "$lib/text/time";

/** The briefing, and what can be done with one tap on it. */
class Today {
  readonly briefing = new Resource(api.briefing);

  /** Proposals that no row above carries already. */
  get otherOffers(): Offer[] {
    const briefing = this.briefing.value;
    if (!briefing) return [];
    const shown = new Set([...briefing.now, ...briefing.more].map((matter) => matter.message_id));
    return briefing.waiting.filter((offer) => !shown.has(offer.message_id));
  }

  offerFor(matter: Matter): Offer | undefined {
    return this.briefing.value?.waiting.find((offer) => offer.message_id === matter.message_id);
  }

  watch(): () => void {
    void this.briefing.load();
    const stops = [live.on("action", this.briefing.soon), live.on("message", this.briefing.soon), live.on("status", this.#calendarChanged)];
    return () => stops.forEach((stop) => stop());
  }

  /** The card that would settle a clash: the one that waits already, or a new one. Nothing is sent by it. */
  async cardFor({ offer }: Clash): Promise<string | null> {
    if (!offer) return null;
    const known = desk.waiting.find((each) => each.kind === offer.kind && each.target === offer.target);
    if (known) return known.id;
    try {
      const asked = await api.propose(offer.kind, offer.target, offer.arguments);
      desk.lay(asked);
      return asked.id;
    } catch (error) {
      notices.fail(error);
      return null;
    }
  }

  /** He has dealt with it: its mails leave the inbox, and it the page. */
  async settle(matter: Matter): Promise<void> {
    for (const id of matter.mails ?? []) if (!(await desk.ask("archive", id, {}, matter.headline))) break;
    await this.briefing.load();
  }

  async snooze(matter: Matter): Promise<void> {
    await desk.ask("snooze", matter.message_id, { until: tomorrowMorning().toISOString() }, matter.headline);
    await this.briefing.load();
  }

  async tick(owed: Owed): Promise<void> {
    if (owed.is_task) await desk.ask("complete_task", owed.id, {}, owed.title);
    else await this.#close(owed);
    await this.briefing.load();
  }

  #calendarChanged = ({ ref }: Record<string, unknown>): void => {
    if (String(ref ?? "").startsWith("events/")) this.briefing.soon();
  };

  async #close(owed: Owed): Promise<void> {
    try {
      await api.closeFollowUp(owed.id);
      notices.say(`Closed: ${owed.title}`);
    } catch (error) {
      notices.fail(error);
    }
  }
}

export const today = new Today();
