import { untrack } from "svelte";

import { offline, readProblem } from "./problem";
import { live } from "$lib/state/live.svelte";
import { isAway, isLastRead } from "$lib/worker/reach";
import type {
  Action,
  Briefing,
  CalendarEvent,
  Category,
  Clash,
  Classification,
  Events,
  FreeTime,
  FullMessage,
  Judgement,
  Message,
  Page,
  Passkey,
  Review,
  Run,
  Status,
  Ways,
  WorkItem,
} from "./types";

type Query = Record<string, string | number | boolean | null | undefined>;

const lastRead = new WeakSet<object>();

/** Whether an answer, or one of several, is not what the house says now, but what it said when it was last read. */
export function isOld(answer: unknown): boolean {
  return [answer].flat().some((each) => lastRead.has(each as object));
}

async function send(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
  const headers: HeadersInit = body === undefined ? {} : { "content-type": "application/json" };
  // While the house is heard, the worker waits longer for its own word before it gives what was last read.
  const cache = untrack(() => live.isHeard) ? "no-cache" : "default";
  const request: RequestInit = { method, headers, credentials: "same-origin", cache, ...init };
  if (body !== undefined) request.body = JSON.stringify(body);
  const response = await fetch(path, request).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
  });
  if (!response || isAway(response)) {
    live.miss();
    throw offline();
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function call<Answer>(method: string, path: string, body?: unknown, init?: RequestInit): Promise<Answer> {
  const response = await send(method, path, body, init);
  const text = await response.text();
  const answer = text ? JSON.parse(text) : undefined;
  if (isLastRead(response)) {
    lastRead.add(answer);
    live.miss();
  }
  return answer as Answer;
}

function query(path: string, parameters: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size ? `${path}?${search}` : path;
}

const get = <Answer>(path: string, parameters: Query = {}, signal?: AbortSignal) =>
  call<Answer>("GET", query(path, parameters), undefined, signal ? { signal } : {});
const post = <Answer>(path: string, body: unknown = {}) => call<Answer>("POST", path, body);
export const one = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

export interface MessageFilter {
  q?: string;
  source?: string;
  category?: string;
  label?: string;
  snoozed?: boolean;
  max_priority?: number;
  since?: string;
}

export const api = {
  get,
  post,
  put: <Answer>(path: string, body: unknown) => call<Answer>("PUT", path, body),
  /** Its answer as it comes, bit by bit. */
  stream: (path: string, body: object, signal: AbortSignal) => send("POST", path, body, { signal }),
  remove: <Answer>(path: string, body?: unknown) => call<Answer>("DELETE", path, body),

  status: () => get<Status>("/api/status"),
  briefing: () => get<Briefing>("/api/briefing"),
  halt: () => post("/api/halt"),
  resume: () => post("/api/resume"),

  messages: (filter: MessageFilter, cursor: string | null, signal?: AbortSignal) =>
    get<Page<Message>>("/api/messages", { ...filter, cursor, limit: 100 }, signal),
  message: (id: string) => get<FullMessage>(one("/api/messages", id)),
  thread: (id: string) => get<Page<FullMessage>>(`${one("/api/messages", id)}/thread`),
  attachment: (id: string, index: number) => `${one("/api/messages", id)}/attachments/${index}`,
  correct: (id: string, category: Category, priority: number) =>
    call<Classification>("PUT", `${one("/api/messages", id)}/classification`, { category, priority }),

  actions: (parameters: Query) => get<Page<Action>>("/api/actions", parameters),
  action: (id: string) => get<Action>(one("/api/actions", id)),
  propose: (kind: string, target: string, args: Record<string, unknown> = {}, account = "") =>
    post<Action>("/api/actions", { kind, target, arguments: args, ...(account ? { account } : {}) }),
  approve: (id: string, digest: string, keepalive = false) =>
    call<Action>("POST", `${one("/api/actions", id)}/approve`, { digest }, { keepalive }),
  approveAll: (items: { id: string; digest: string }[]) =>
    post<{ items: Judgement[] }>("/api/actions/approve", { items }),
  edit: (id: string, args: Record<string, unknown>) => post<Action>(`${one("/api/actions", id)}/edit`, { arguments: args }),
  reject: (id: string, reason?: string) => post<Action>(`${one("/api/actions", id)}/reject`, reason ? { reason } : {}),
  retry: (id: string) => post<Action>(`${one("/api/actions", id)}/retry`),
  rollback: (id: string) => post<Action>(`${one("/api/actions", id)}/rollback`),
  rollbackRule: (rule: string, since: string) => post<{ items: Judgement[] }>("/api/actions/rollback", { rule, since }),

  events: (from: string, to: string) => get<Events>("/api/calendar/events", { from, to }),
  event: (id: string) => get<CalendarEvent>(one("/api/calendar/events", id)),
  clashes: (days: number) => get<Page<Clash>>("/api/calendar/clashes", { days }),
  free: (wish: { minutes: number; people: string; from: string; to: string; limit: number }) =>
    get<FreeTime>("/api/calendar/free", wish),

  pulls: () => get<Page<Review>>("/api/devops/pull-requests"),
  workItems: () => get<Page<WorkItem>>("/api/devops/work-items"),
  runs: () => get<Page<Run>>("/api/devops/pipelines"),

  ways: () => get<Ways>("/api/session/ways"),
  passkeys: () => get<Page<Passkey>>("/api/passkeys"),
  removePasskey: (id: string) => call<undefined>("DELETE", one("/api/passkeys", id)),

  closeFollowUp: (id: string) => post(`${one("/api/follow-ups", id)}/close`),
};
