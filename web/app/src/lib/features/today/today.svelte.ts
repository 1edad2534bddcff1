import { api } from "$lib/api/api";
import type { Briefing, Matter, Offer } from "$lib/api/types";
import { live } from "$lib/state/live.svelte";
import { notices } from "$lib/state/notices.svelte";
import { Resource } from "$lib/state/resource.svelte";

/** The briefing, and what can be done with one tap on it. */
class Today {
  readonly briefing = new Resource<Briefing>(api.briefing);

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
    const stops = [live.on("action", this.briefing.soon), live.on("message", this.briefing.soon)];
    return () => stops.forEach((stop) => stop());
  }

  async snooze(messageId: string, until: Date): Promise<void> {
    await this.#do(() => api.propose("snooze", messageId, { until: until.toISOString() }), "Put away until tomorrow.");
  }

  async completeTask(id: string, title: string): Promise<void> {
    await this.#do(() => api.propose("complete_task", id), `Done: ${title}`);
  }

  async closeFollowUp(id: string, title: string): Promise<void> {
    await this.#do(() => api.remove(`/api/follow-ups/${encodeURIComponent(id)}`), `Closed: ${title}`);
  }

  async #do(work: () => Promise<unknown>, said: string): Promise<void> {
    try {
      const answer = await work();
      const undo = isUndoable(answer) ? { label: "Undo", run: () => this.#undo(answer.id) } : undefined;
      notices.say(said, undo);
    } catch (error) {
      notices.fail(error);
    }
    await this.briefing.load();
  }

  async #undo(id: string): Promise<void> {
    await this.#do(() => api.rollback(id).then(() => null), "Undone.");
  }
}

function isUndoable(answer: unknown): answer is { id: string } {
  return typeof answer === "object" && answer !== null && "undo" in answer;
}

/** Tomorrow at eight, when a snoozed matter comes back. */
export function tomorrowMorning(now = new Date()): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}

export const today = new Today();
