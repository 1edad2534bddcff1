import type { Action } from "$lib/api/types";
import { reachesOthers } from "$lib/state/desk.svelte";

export interface Group {
  key: string;
  kind: Action["kind"];
  reason: string;
  actions: Action[];
}

const TOGETHER = new Set<string>(["archive", "delete", "label", "snooze", "unsubscribe"]);

/** Alike and harmless proposals stand together; whatever reaches others keeps a card of its own. */
export function grouped(waiting: readonly Action[]): { single: Action[]; together: Group[] } {
  const groups = new Map<string, Group>();
  for (const action of waiting.filter((each) => TOGETHER.has(each.kind) && !reachesOthers(each) && !hasWarning(each))) {
    const key = `${action.kind} ${action.reason}`;
    const group = groups.get(key) ?? { key, kind: action.kind, reason: action.reason, actions: [] };
    group.actions.push(action);
    groups.set(key, group);
  }
  const together = [...groups.values()].filter((group) => group.actions.length > 1);
  const inGroup = new Set(together.flatMap((group) => group.actions.map((action) => action.id)));
  return { single: waiting.filter((action) => !inGroup.has(action.id)), together };
}

function hasWarning(action: Action): boolean {
  return action.tainted || Boolean(action.changed_since) || (action.warnings ?? []).length > 0;
}
