import { asProblem } from "$lib/api/problem";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "alarm";
  action?: { label: string; run: () => unknown } | undefined;
  /** It stands until it is dismissed, however many come after it. */
  stays?: boolean;
}

const STAYS = 6_000;
const STAYS_WITH_ACTION = 12_000;

/** Short words at the foot of the page, often with an undo. */
class Notices {
  all = $state.raw<Notice[]>([]);
  #next = 1;

  say(text: string, action?: Notice["action"], tone: Notice["tone"] = "plain"): number {
    const id = this.#put({ text, tone, action });
    setTimeout(() => this.dismiss(id), action ? STAYS_WITH_ACTION : STAYS);
    return id;
  }

  /** Says what the owner must not miss, nor lose the button of. */
  keep(text: string, action?: Notice["action"], tone: Notice["tone"] = "plain"): number {
    return this.#put({ text, tone, action, stays: true });
  }

  fail(error: unknown): void {
    this.say(asProblem(error).message, undefined, "alarm");
  }

  #put(notice: Omit<Notice, "id">): number {
    const id = this.#next++;
    const passing = this.all.filter((each) => !each.stays).slice(0, -2);
    this.all = [...this.all.filter((each) => !passing.includes(each)), { id, ...notice }];
    return id;
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
