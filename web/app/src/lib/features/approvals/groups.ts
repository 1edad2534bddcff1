import type { Action } from "$lib/api/types";

export interface Group {
  key: string;
  kind: Action["kind"];
  reason: string;
  actions: Action[];
}

/** Alike and harmless proposals stand together; whatever must be read keeps a card of its own. */
export function grouped(waiting: readonly Action[]): { single: Action[]; together: Group[] } {
  const groups = new Map<string, Group>();
  for (const action of waiting.filter((each) => each.may_go_together)) {
    const key = `${action.kind} ${action.reason}`;
    const group = groups.get(key) ?? { key, kind: action.kind, reason: action.reason, actions: [] };
    group.actions.push(action);
    groups.set(key, group);
  }
  const together = [...groups.values()].filter((group) => group.actions.length > 1);
  const inGroup = new Set(together.flatMap((group) => group.actions.map((action) => action.id)));
  return { single: waiting.filter((action) => !inGroup.has(action.id)), together };
}
