import { api } from "$lib/api/api";
import type { Action, Review, Run, WorkItem } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { live } from "$lib/state/live.svelte";
import { notices } from "$lib/state/notices.svelte";
import { itemsOf, Resource } from "$lib/state/resource.svelte";

/** The owner's work as it was last read: pull requests, work items and pipelines. */
class Work {
  readonly pulls = new Resource(api.pulls, itemsOf);
  readonly items = new Resource(api.workItems, itemsOf);
  readonly runs = new Resource(api.runs, itemsOf);
  busy = $state(false);

  get waiting(): Review[] {
    return (this.pulls.value ?? []).filter((review) => review.waits);
  }

  /** What waits on a pull request, a work item or a run for the owner's word. */
  cardsOn(id: string): Action[] {
    return desk.waiting.filter((action) => action.target === id);
  }

  refresh = async (): Promise<void> => {
    await Promise.all([this.pulls.load(), this.items.load(), this.runs.load()]);
  };

  /** Reads what a card speaks of, once for all cards. */
  known = (): void => {
    if (this.pulls.isFirst && !this.pulls.loading) void this.refresh();
  };

  watch(): () => void {
    void this.refresh();
    const stops = [live.on("action", this.#soon), live.on("notification", this.#soon), live.on("status", this.#soon)];
    return () => stops.forEach((stop) => stop());
  }

  /** The card that would run a pipeline again: the one that waits already, or a new one. Nothing runs by it. */
  async rerun(run: Run): Promise<string | null> {
    const [known] = this.cardsOn(run.id);
    if (known) return known.id;
    this.busy = true;
    try {
      const asked = await api.propose("rerun_pipeline", run.id);
      desk.lay(asked);
      return asked.id;
    } catch (error) {
      notices.fail(error);
      return null;
    } finally {
      this.busy = false;
    }
  }

  #soon = (): void => {
    this.pulls.soon();
    this.items.soon();
    this.runs.soon();
  };
}

export const work = new Work();
