import { untrack } from "svelte";

import { offline, readProblem } from "./problem";
import { live } from "$lib/state/live.svelte";
import { isAway, isLastRead } from "$lib/worker/reach";
import { EventParser } from "./sse";
import type {
  Account,
  Accounts,
  Action,
  Briefing,
  CalendarEvent,
  Category,
  Clash,
  Classification,
  Conversation,
  ConversationWithEntries,
  Correction,
  Device,
  Events,
  Fact,
  FreeTime,
  FullMessage,
  Judgement,
  Message,
  NoticePreferences,
  Page,
  Pairing,
  Passkey,
  Review,
  Rule,
  Run,
  SignInStep,
  Status,
  Trial,
  TurnEvent,
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
const one = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

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
  remove: <Answer>(path: string, body?: unknown) => call<Answer>("DELETE", path, body),

  status: () => get<Status>("/api/status"),
  briefing: () => get<Briefing>("/api/briefing"),
  halt: () => post("/api/halt"),
  resume: () => post("/api/resume"),
  poll: (source: string) => post(`${one("/api/sources", source)}/poll`),

  messages: (filter: MessageFilter, cursor: string | null, signal?: AbortSignal) =>
    get<Page<Message>>("/api/messages", { ...filter, cursor, limit: 100 }, signal),
  message: (id: string) => get<FullMessage>(one("/api/messages", id)),
  thread: (id: string) => get<Page<FullMessage>>(`${one("/api/messages", id)}/thread`),
  attachment: (id: string, index: number) => `${one("/api/messages", id)}/attachments/${index}`,
  correct: (id: string, category: Category, priority: number) =>
    call<Classification>("PUT", `${one("/api/messages", id)}/classification`, { category, priority }),
  corrections: () => get<Page<Correction>>("/api/corrections"),
  takeCorrectionBack: (id: string) => call<unknown>("DELETE", `${one("/api/messages", id)}/classification`),

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

  rules: () => get<Page<Rule> & { offered?: string[] }>("/api/rules"),
  putRule: (rule: Rule) => call<Rule>("PUT", one("/api/rules", rule.name), rule),
  removeRule: (name: string) => call<undefined>("DELETE", one("/api/rules", name)),
  tryRule: (rule: Rule | string, days: number) => post<Trial>("/api/rules/try", { rule, days }),
  draftRule: (text: string) => post<Rule>("/api/rules/draft", { text }),

  accounts: () => get<Accounts>("/api/accounts"),
  addAccount: (name: string, provider: string, settings: Record<string, string>) =>
    post<Account>("/api/accounts", { name, provider, settings }),
  beginSignIn: (name: string, scopes: readonly string[] = []) =>
    post<SignInStep>(`${one("/api/accounts", name)}/sign-in`, scopes.length ? { scopes } : {}),
  finishSignIn: (name: string, attempt: string, redirect: string) =>
    post<Account>(`${one("/api/accounts", name)}/sign-in/${encodeURIComponent(attempt)}`, { redirect }),
  removeAccount: (name: string) => call<undefined>("DELETE", one("/api/accounts", name)),

  ways: () => get<Ways>("/api/session/ways"),
  devices: () => get<Page<Device>>("/api/devices"),
  recoveryCodes: () => post<{ codes: string[] }>("/api/devices/recovery-codes"),
  passkeys: () => get<Page<Passkey>>("/api/passkeys"),
  removePasskey: (id: string) => call<undefined>("DELETE", one("/api/passkeys", id)),
  pairing: () => post<Pairing>("/api/devices/pairing"),
  renameDevice: (id: string, name: string) => call<Device>("PUT", one("/api/devices", id), { name }),
  revokeOthers: () => call<{ devices: number }>("DELETE", "/api/devices"),
  revokeDevice: (id: string) => call<undefined>("DELETE", one("/api/devices", id)),
  logs: () => get<Page<Record<string, unknown>>>("/api/logs"),

  conversations: () => get<Page<Conversation>>("/api/conversations"),
  beginConversation: () => post<Conversation>("/api/conversations"),
  cancelTurn: (id: string) => call<undefined>("DELETE", `${one("/api/conversations", id)}/turn`),
  conversation: (id: string) => get<ConversationWithEntries>(one("/api/conversations", id)),
  say,
  again,

  closeFollowUp: (id: string) => post(`${one("/api/follow-ups", id)}/close`),
  backfill: (source: string, months: number) => post(`${one("/api/sources", source)}/backfill`, { months }),
  facts: () => get<Page<Fact>>("/api/memory"),
  remember: (fact: string) => post<Fact>("/api/memory", { fact }),
  forget: (id: string) => call<undefined>("DELETE", one("/api/memory", id)),

  preferences: () => get<NoticePreferences>("/api/notifications/preferences"),
  setPreferences: (wishes: NoticePreferences) =>
    call<NoticePreferences>("PUT", "/api/notifications/preferences", wishes),
};

function say(conversation: string, text: string, mode: string, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  return heard(`${one("/api/conversations", conversation)}/messages`, mode === "auto" ? { text } : { text, mode }, signal);
}

function again(conversation: string, mode: string, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  return heard(`${one("/api/conversations", conversation)}/again`, { mode }, signal);
}

async function* heard(path: string, body: object, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const response = await send("POST", path, body, { signal });
  if (!response.body) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const event of parser.push(part.value)) {
      yield { event: event.event, data: JSON.parse(event.data) } as TurnEvent;
    }
  }
}
