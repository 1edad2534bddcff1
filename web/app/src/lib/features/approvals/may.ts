import type { Action } from "$lib/api/types";
import { desk } from "$lib/state/desk.svelte";
import { household } from "$lib/state/household.svelte";
import { network } from "$lib/state/network.svelte";

/** Whether the owner can say something on it now, by whatever hand. */
export function mayDecide(action: Action): boolean {
  return action.status === "proposed" && !desk.busy.has(action.id) && !network.offline;
}

/** Whether it changed since he looked, so that he must read it again before a yes. */
export function isStale(action: Action): boolean {
  return desk.stale.has(action.id) || Boolean(action.changed_since);
}

/** Whether it may be one of several that a single yes covers. A kept answer of an older version does not say, and may not. */
export function maySelect(action: Action): boolean {
  return action.status === "proposed" && action.must_be_read === false && !desk.stale.has(action.id);
}

/** Whether a key or a swipe may approve it: one that changed takes the button that says so. */
export function mayApprove(action: Action): boolean {
  return mayDecide(action) && !household.halted && !isStale(action);
}
