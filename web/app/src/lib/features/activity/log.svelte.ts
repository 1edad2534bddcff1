import { api, isOld } from "$lib/api/api";
import { asProblem, offline, type Problem } from "$lib/api/problem";
import type { Action } from "$lib/api/types";
import { hand } from "$lib/state/hand";
import { live } from "$lib/state/live.svelte";
import { notices } from "$lib/state/notices.svelte";
import { Outcomes } from "$lib/state/outcome";

export interface LogFilter {
  kind: string;
  status: string;
  rule: string;
  origin: string;
}

export const NO_FILTER: LogFilter = { kind: "", status: "", rule: "", origin: "" };

/** The action log, page by page, newest first. */
export class Log {
  items = $state.raw<Action[]>([]);
  loading = $state(true);
  problem = $state.raw<Problem | null>(null);
  filter = $state.raw<LogFilter>(NO_FILTER);
  #cursor = $state<string | null>(null);
  #turn = 0;

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  load = (): Promise<void> => this.#read(null);

  show(filter: LogFilter): void {
    this.filter = filter;
    void this.load();
  }

  more(): void {
    if (!this.loading && this.#cursor) void this.#read(this.#cursor);
  }

  watch(): () => void {
    void this.load();
    let later: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(later);
      later = setTimeout(() => void this.load(), 200);
    };
    const stops = [live.on("action", soon), live.on("heard", () => this.problem?.isOffline && soon())];
    return () => stops.forEach((stop) => stop());
  }

  async undoRule(rule: string, since: Date): Promise<void> {
    try {
      const { done, waiting, failed, trouble } = new Outcomes((await api.rollbackRule(rule, since.toISOString())).items);
      notices.say(`${done.length} undone${waiting.length ? `, ${waiting.length} wait for your word` : ""}.`);
      if (failed.length) notices.say(`Undo: ${trouble}`, undefined, "alarm");
    } catch (error) {
      notices.fail(error);
    }
    await this.load();
  }

  async #read(cursor: string | null): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await api.actions({ ...this.filter, cursor, limit: 100 });
      await hand.free;
      if (turn !== this.#turn) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.#cursor = page.next_cursor ?? null;
      this.problem = isOld(page) ? offline() : null;
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    }
    if (turn === this.#turn) this.loading = false;
  }
}
