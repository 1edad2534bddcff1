import { asProblem } from "$lib/api/problem";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "alarm";
  action?: { label: string; run: () => unknown } | undefined;
}

const STAYS = 6_000;
const STAYS_WITH_ACTION = 12_000;

/** Short words at the foot of the page, often with an undo. */
class Notices {
  all = $state.raw<Notice[]>([]);
  #next = 1;

  say(text: string, action?: Notice["action"], tone: Notice["tone"] = "plain"): number {
    const notice = { id: this.#next++, text, tone, action };
    this.all = [...this.all.slice(-2), notice];
    setTimeout(() => this.dismiss(notice.id), action ? STAYS_WITH_ACTION : STAYS);
    return notice.id;
  }

  fail(error: unknown): void {
    this.say(asProblem(error).message, undefined, "alarm");
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
