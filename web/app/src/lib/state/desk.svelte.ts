import { api } from "$lib/api/api";
import { asProblem } from "$lib/api/problem";
import type { Action, Page } from "$lib/api/types";
import { kindName } from "$lib/text/words";
import { live } from "./live.svelte";
import { type Notice, notices } from "./notices.svelte";
import { isStuck, Outcomes, settleEach, whyNot } from "./outcome";
import { itemsOf, Resource } from "./resource.svelte";

const HOLD = 5_000;
// A timer that fires later than this slept with its device: nobody expects the letter to go out any more.
const TOO_LATE = 2 * HOLD;

interface Held {
  action: Action;
  since: number;
  timer: ReturnType<typeof setTimeout>;
  notice: number;
  isGoing?: boolean;
}

type Bound = Pick<Action, "id" | "digest">;

/** What waits for the owner, and what did not work. Everything he decides goes through here, bound to the digest that he was shown. */
class Desk {
  readonly list = new Resource(allThatNeedsHim, (pages) => pages.flatMap(itemsOf));
  stale = $state.raw<ReadonlySet<string>>(new Set());
  busy = $state.raw<ReadonlySet<string>>(new Set());
  #held = $state.raw<readonly Held[]>([]);

  get waiting(): Action[] {
    const held = new Set(this.#held.map((each) => each.action.id));
    return (this.list.value ?? []).filter(({ id, status }) => status === "proposed" && !held.has(id));
  }

  /** What he approved and counts on, though it is not done, or may not be. */
  get stuck(): Action[] {
    return (this.list.value ?? []).filter(isStuck);
  }

  /** How many want a word of his. */
  get count(): number {
    return this.waiting.length + this.stuck.length;
  }

  watch(): () => void {
    void this.list.load();
    const stop = live.on("action", this.list.soon);
    const aborter = new AbortController();
    const leave = (): unknown => document.visibilityState === "hidden" && this.flush();
    addEventListener("pagehide", () => this.flush(), aborter);
    document.addEventListener("visibilitychange", leave, aborter);
    return () => {
      stop();
      aborter.abort();
    };
  }

  find(id: string): Action | undefined {
    return this.list.value?.find((action) => action.id === id);
  }

  /** The owner asked for a card that waits for his word: it lies here at once, whatever lists are under way. */
  lay(card: Action): void {
    this.list.put([card, ...(this.list.value ?? []).filter((each) => each.id !== card.id)]);
    void this.list.load();
  }

  /** What can be undone is done at once; what cannot is held a moment, so that there is an undo all the same. */
  async approve(action: Action): Promise<void> {
    if (this.#held.some((each) => each.action.id === action.id)) return;
    if (action.undo.possible || !reachesOthers(action)) return void (await this.#approveNow(action));
    const timer = setTimeout(() => void this.#release(action.id), HOLD);
    const notYet = { label: "Not yet", run: () => this.#takeBack(action.id) };
    const notice = notices.keep(`${action.title}: in five seconds.`, notYet);
    this.#held = [...this.#held, { action, since: Date.now(), timer, notice }];
    this.#occupy([action.id]);
  }

  async approveAll(items: readonly Bound[], verb: string): Promise<void> {
    const ids = items.map((item) => item.id);
    await this.#during(ids, async () => {
      const answer = await api.approveAll(items.map(({ id, digest }) => ({ id, digest })));
      const outcomes = new Outcomes(answer.items);
      this.#mark(outcomes.failed.filter(({ code }) => code === "stale_digest").map(({ id }) => id));
      const { done, undoable, failed } = outcomes;
      if (done.length) notices.say(`${verb}: ${done.length} done.`, this.#wayBack(undoable));
      if (failed.length) notices.say(`${verb}: ${outcomes.trouble}`, undefined, "alarm");
    });
  }

  async reject(action: Bound & { title: string }, reason?: string, said = "Rejected"): Promise<void> {
    await this.#during([action.id], async () => {
      await api.reject(action.id, reason);
      notices.say(`${said}: ${action.title}`);
    });
  }

  async edit(action: Action, args: Record<string, unknown>): Promise<boolean> {
    return this.#during([action.id], async () => void (await api.edit(action.id, args)));
  }

  async undo(ids: readonly string[]): Promise<void> {
    await this.#during(ids, async () => {
      const { done, waiting, failed, trouble } = await settleEach(ids, api.rollback);
      if (done.length) notices.say(ids.length === 1 ? "Undone." : `${done.length} undone.`);
      if (waiting[0]) notices.say(`It waits for your word: ${waiting[0].title}`);
      if (failed.length) notices.say(`Undo: ${trouble}`, undefined, "alarm");
    });
  }

  /** The owner asks for something himself. What must be read becomes a card first; the rest is done at once. */
  async ask(kind: string, target: string, args: Record<string, unknown>, about: string): Promise<boolean> {
    return this.#during([target], async () => {
      const asked = await api.propose(kind, target, args);
      const waits = asked.status === "proposed";
      if (waits && asked.must_be_read !== false) return notices.say(`It waits for your word: ${asked.title}`);
      const after = waits ? await api.approve(asked.id, asked.digest) : asked;
      return this.#tell(after, `${kindName(kind)}: ${about || after.title}`, "Not done yet");
    });
  }

  lookedAgain(id: string): void {
    this.stale = new Set([...this.stale].filter((each) => each !== id));
  }

  /** Halted: nothing that was held goes out any more. */
  takeAllBack(): void {
    for (const { action } of this.#held) this.#takeBack(action.id);
  }

  /** The owner leaves the page, which may never wake again: what is held goes out now. */
  flush(): void {
    for (const { action } of this.#held) void this.#release(action.id, true);
  }

  async #approveNow(action: Action, keepalive = false): Promise<boolean> {
    return this.#during([action.id], async () => {
      const after = await api.approve(action.id, action.digest, keepalive);
      return this.#tell(after, `Done: ${action.title}`, "Approved, but");
    });
  }

  /** Says that it is done, with the way back where there is one; else why it is not. */
  #tell(after: Action, done: string, notDone: string): void {
    const why = whyNot(after);
    if (why === null) notices.say(done, this.#wayBack(after.undo.possible ? [after.id] : []));
    else notices.say(`${notDone}: ${why}`, undefined, "alarm");
  }

  #wayBack(ids: readonly string[]): Notice["action"] {
    return ids.length ? { label: "Undo", run: () => this.undo(ids) } : undefined;
  }

  #takeBack(id: string): void {
    const held = this.#held.find((each) => each.action.id === id);
    if (held) {
      clearTimeout(held.timer);
      notices.dismiss(held.notice);
    }
    this.#held = this.#held.filter((each) => each.action.id !== id);
    this.#free([id]);
  }

  async #release(id: string, keepalive = false): Promise<void> {
    const held = this.#held.find((each) => each.action.id === id);
    if (!held || held.isGoing) return;
    if (Date.now() - held.since > TOO_LATE) this.#notSent(held.action, true);
    else {
      held.isGoing = true;
      clearTimeout(held.timer);
      notices.dismiss(held.notice);
      if (!(await this.#approveNow(held.action, keepalive))) this.#notSent(held.action, await this.list.load());
    }
    this.#takeBack(id);
  }

  /** Its answer may have been lost on the way back: only a list that was read since knows that it still waits. */
  #notSent({ id, title }: Action, isKnown: boolean): void {
    const waits = isKnown && this.find(id)?.status === "proposed";
    const said = waits ? `Not sent: ${title}. It waits for you again.` : `I do not know whether it went out: ${title}`;
    notices.keep(said, undefined, "alarm");
  }

  async #during(ids: readonly string[], work: () => Promise<unknown>): Promise<boolean> {
    this.#occupy(ids);
    let worked = true;
    try {
      await work();
    } catch (error) {
      worked = false;
      this.#failed(ids, error);
    }
    await this.list.load();
    this.#free(ids);
    return worked;
  }

  #occupy(ids: readonly string[]): void {
    this.busy = new Set([...this.busy, ...ids]);
  }

  #free(ids: readonly string[]): void {
    this.busy = new Set([...this.busy].filter((id) => !ids.includes(id)));
  }

  #failed(ids: readonly string[], error: unknown): void {
    const problem = asProblem(error);
    if (problem.code === "stale_digest") this.#mark(ids);
    else notices.fail(problem);
  }

  #mark(ids: readonly string[]): void {
    this.stale = new Set([...this.stale, ...ids]);
  }
}

async function allThatNeedsHim(cursor: string | null = null): Promise<Page<Action>[]> {
  const page = await api.actions({ needs_owner: true, limit: 200, cursor });
  return [page, ...(page.next_cursor ? await allThatNeedsHim(page.next_cursor) : [])];
}

/** Whether somebody else may notice: such a yes is held a moment. A kept answer of an older version does not say, and
 * counts as one that may. */
function reachesOthers(action: { reaches_others?: boolean }): boolean {
  return action.reaches_others !== false;
}

export const desk = new Desk();
