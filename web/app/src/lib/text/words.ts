export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? noun : plural}`;
}

export function person(address: { name: string; address: string }): string {
  return address.name || address.address || "unknown sender";
}

export function people(addresses: readonly { name: string; address: string }[]): string {
  return addresses.map(person).join(", ");
}

const KINDS: Record<string, string> = {
  create_task: "Task",
  complete_task: "Finish task",
  create_follow_up: "Follow-up",
  set_budget: "Budget",
  create_event: "New appointment",
  update_event: "Change appointment",
  delete_event: "Cancel appointment",
  respond_event: "Answer invitation",
  answer_invitation: "Answer invitation by mail",
  vote_pull_request: "Review vote",
  comment_pull_request: "Review comment",
  create_work_item: "New work item",
  update_work_item: "Change work item",
  link_work_item: "Link work item",
  rerun_pipeline: "Run pipeline again",
};

export function kindName(kind: string): string {
  return KINDS[kind] ?? sentence(kind);
}

export function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  const kilo = size / 1024;
  return kilo < 1024 ? `${Math.round(kilo)} kB` : `${(kilo / 1024).toFixed(1)} MB`;
}

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

export function inWords(number: number): string {
  return SMALL[number] ?? number.toLocaleString("en-GB");
}
