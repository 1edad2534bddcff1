import type { Action, Review, Run, WorkItem } from "$lib/api/types";
import { CASTING, RUNS, VOTES, commitOf, type Vote } from "$lib/features/work/wording";
import { sentence } from "$lib/text/words";
import type { Fact } from "./content";

/** What is known of the work that cards speak of. */
export interface Known {
  pulls: readonly Review[];
  items: readonly WorkItem[];
  runs: readonly Run[];
}

type Pull = Review["pull"];

const KINDS = new Set(["vote_pull_request", "comment_pull_request", "create_work_item", "update_work_item", "link_work_item", "rerun_pipeline"]);
const OPEN = new Set(["proposed", "approved", "executing", "uncertain"]);
const EVERYBODY = "everybody who follows the pull request; it is written in your name";

export function isWork(action: Pick<Action, "kind">): boolean {
  return KINDS.has(action.kind);
}

/** Exactly what will happen to a pull request, a work item or a pipeline, beside what stands there now. */
export function readWork(action: Action, known: Known): Fact[] {
  const pull = known.pulls.find((review) => review.pull.id === action.target)?.pull;
  const facts = factsOf(action, known, pull);
  const place = action.kind === "create_work_item" ? action.account : action.source || action.account;
  return [...facts, { name: "In", value: place }].filter((fact) => fact.value !== "");
}

function factsOf(action: Action, known: Known, pull: Pull | undefined): Fact[] {
  const words = action.arguments;
  if (action.kind === "vote_pull_request") return [...about(action, pull), vote(action, pull), seen(EVERYBODY)];
  if (action.kind === "comment_pull_request") return [...about(action, pull), { name: "Comment", value: text(words.text) }, seen(EVERYBODY)];
  if (action.kind === "link_work_item") return [...about(action, pull), { name: "Work item", value: item(known, Number(words.work_item)) }, seen("everybody who follows either")];
  if (action.kind === "create_work_item") return created(action, pull);
  if (action.kind === "update_work_item") return changed(action, known.items.find((each) => each.id === action.target));
  return run(action, known.runs.find((each) => each.id === action.target));
}

function about(action: Action, pull: Pull | undefined): Fact[] {
  const href = `/work?pull=${encodeURIComponent(action.target)}`;
  if (!pull) return action.target ? [{ name: "Pull request", value: numberOf(action.target), href }] : [];
  return [
    { name: "Pull request", value: `!${pull.number} ${pull.title}`, href },
    { name: "Repository", value: `${pull.repository} (${pull.project})` },
    { name: "Branch", value: `${pull.branch} into ${pull.target}` },
    { name: "Commit", value: OPEN.has(action.status) ? `${commitOf(pull.commit)}, the last one; after another push it would have to be read again` : "" },
  ];
}

function vote(action: Action, pull: Pull | undefined): Fact {
  const wanted = action.arguments.vote as NonNullable<Vote>;
  const own = pull?.reviewers?.find((each) => each.is_owner)?.vote;
  const before = own && OPEN.has(action.status) ? { before: VOTES[own] } : {};
  return { name: "Your vote", value: CASTING[wanted] ?? text(wanted), ...before };
}

function created(action: Action, pull: Pull | undefined): Fact[] {
  const { title, type, description, project, assigned_to } = action.arguments;
  return [
    { name: "New work item", value: text(title) },
    { name: "Type", value: text(type) || "the usual one of the project" },
    { name: "Project", value: text(project) || (pull?.project ?? "the only one") },
    { name: "Assigned to", value: text(assigned_to) || "nobody" },
    { name: "Description", value: text(description) },
    ...(action.target ? [origin(action, pull)] : []),
    seen("everybody in the project"),
  ];
}

/** What a new work item comes from: the pull request that it is linked to, or the mail that a rule proposed it for. */
function origin(action: Action, pull: Pull | undefined): Fact {
  const target = encodeURIComponent(action.target);
  if (!pull && !action.target.startsWith(`${action.account}:pr-`)) return { name: "Because of", value: "a mail", href: `/messages/${target}` };
  return { name: "Linked to", value: pull ? `!${pull.number} ${pull.title}` : numberOf(action.target), href: `/work?pull=${target}` };
}

function changed(action: Action, now: WorkItem | undefined): Fact[] {
  const person = now?.assigned_to;
  const standing: Record<string, unknown> = { ...now, assigned_to: person?.address || person?.name };
  const steps = Object.entries(action.arguments)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => step(name, OPEN.has(action.status) ? text(standing[name]) : "", text(value)));
  return [{ name: "Work item", value: now ? `#${now.number} ${now.title}` : numberOf(action.target) }, ...steps, seen("everybody who follows it")];
}

function run(action: Action, known: Run | undefined): Fact[] {
  if (!known) return [{ name: "Run", value: numberOf(action.target) }];
  return [
    { name: "Pipeline", value: `${known.pipeline} (${known.project})` },
    { name: "Run", value: `${known.name}: ${RUNS[known.state]}` },
    { name: "What failed", value: known.issue ?? "" },
    { name: "Repository", value: known.repository },
    { name: "Branch", value: known.pull_request ? `that of pull request !${known.pull_request}` : known.branch },
    { name: "Commit", value: commitOf(known.commit) },
    { name: "What happens", value: "a new run of the same branch is started; it cannot be taken back" },
  ];
}

function item(known: Known, number: number): string {
  const found = known.items.find((each) => each.number === number);
  return found ? `#${number} ${found.title} (${found.state})` : `#${number}`;
}

function step(name: string, before: string, value: string): Fact {
  return { name: sentence(name), value, ...(before && before !== value ? { before } : {}) };
}

function seen(by: string): Fact {
  return { name: "Seen by", value: by };
}

/** `devops:pr-418` is number 418 where nothing more is known of it. */
function numberOf(id: string): string {
  return /(\d+)$/.exec(id)?.[1] ?? id;
}

function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
