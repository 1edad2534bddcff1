import type { Action } from "$lib/api/types";

/** An action as the server sends it, for tests. */
export function action(more: Partial<Action> = {}): Action {
  return {
    id: "a1",
    kind: "archive",
    target: "gmail:1",
    source: "gmail/mail",
    risk: "approval",
    reaches_others: false,
    must_be_read: false,
    may_go_together: true,
    account: "gmail",
    status: "proposed",
    error: null,
    error_code: null,
    undoes: null,
    undone_by: null,
    title: "Archive it",
    reason: "your rule",
    rule: "a rule",
    arguments: {},
    digest: "d1",
    origin: "rule",
    tainted: false,
    warnings: [],
    changed_since: null,
    proposed_at: "2026-11-23T07:00:00Z",
    changed_at: "2026-11-23T07:00:00Z",
    undo: { possible: false, until: null },
    events: [],
    outgoing: null,
    event: null,
    missing: [],
    ...more,
  };
}
