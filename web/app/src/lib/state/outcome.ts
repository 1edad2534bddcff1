import { asProblem } from "$lib/api/problem";
import type { Action, Judgement } from "$lib/api/types";

type Judged = Pick<Judgement, "id" | "action"> & Partial<Judgement>;

const AS_SPOKEN = new Set<string>(["executed", "rolled_back", "rejected"]);
const NOT_YET: Record<string, string> = { executing: "It is being done.", approved: "It is not done yet.", proposed: "It waits for your word." };

/** Why what the owner spoke for is not done; null where it is. The house may answer well and the deed have failed. */
export function whyNot({ status, error }: Pick<Action, "status" | "error">): string | null {
  return AS_SPOKEN.has(status) ? null : (error ?? NOT_YET[status] ?? `It is ${status}.`);
}

/** Whether it was approved and is not done, or nobody knows. */
export function isStuck({ status, error }: Pick<Action, "status" | "error">): boolean {
  return status === "uncertain" || (status === "approved" && Boolean(error));
}

/** What became of many: each by itself, so that what failed is never counted as done. */
export class Outcomes {
  readonly done: string[];
  readonly undoable: string[];
  readonly waiting: Action[];
  readonly failed: { id: string; why: string; code: string }[];

  constructor(judged: readonly Judged[]) {
    const actions = judged.flatMap(({ id, action }) => (action ? [{ id, action }] : []));
    this.done = actions.filter(({ action }) => whyNot(action) === null).map(({ id }) => id);
    this.undoable = actions.filter(({ action }) => action.undo.possible).map(({ id }) => id);
    this.waiting = actions.map(({ action }) => action).filter(({ status }) => status === "proposed");
    this.failed = judged.flatMap(failure);
  }

  /** How many did not work and why, the first reason standing for others like it. */
  get trouble(): string {
    const [first, ...others] = new Set(this.failed.map(({ why }) => why));
    return `${this.failed.length} not done: ${first}${others.length ? " (the others for other reasons)" : ""}`;
  }
}

/** Takes each by itself, in order; the trouble of one does not hold up the others. */
export async function settleEach(ids: readonly string[], step: (id: string) => Promise<Action>): Promise<Outcomes> {
  const judged: Judged[] = [];
  for (const id of ids) judged.push(await step(id).then((action) => ({ id, action }), (error: unknown) => refused(id, error)));
  return new Outcomes(judged);
}

function refused(id: string, error: unknown): Judged {
  const { code, message } = asProblem(error);
  return { id, action: null, code, detail: message };
}

function failure({ id, action, code, detail }: Judged): { id: string; why: string; code: string }[] {
  if (!action) return [{ id, code: code ?? "", why: detail ?? "It could not be done." }];
  const why = action.status === "proposed" ? null : whyNot(action);
  return why === null ? [] : [{ id, code: action.error_code ?? "", why }];
}
