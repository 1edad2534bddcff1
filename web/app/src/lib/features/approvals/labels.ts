import type { Action } from "$lib/api/types";

const LABELS: Record<string, string> = {
  send: "Send",
  reply: "Send",
  forward: "Forward",
  draft: "Make the draft",
  archive: "Archive",
  delete: "Delete",
  label: "Label",
  unsubscribe: "Unsubscribe",
  snooze: "Snooze",
  create_event: "Put it in the calendar",
  update_event: "Change it",
  delete_event: "Cancel it",
  respond_event: "Send the answer",
  answer_invitation: "Send the answer",
  vote_pull_request: "Vote",
  comment_pull_request: "Comment",
  create_work_item: "Create it",
  update_work_item: "Change it",
  link_work_item: "Link them",
  rerun_pipeline: "Run it again",
};

/** The verb on the button says what pressing it does. */
export function approveLabel(action: Pick<Action, "kind">): string {
  return LABELS[action.kind] ?? "Approve";
}
