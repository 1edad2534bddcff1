import type { operations } from "./schema";

type Answer<Name extends keyof operations, Code extends number = 200> =
  operations[Name]["responses"] extends Record<Code, { content: { "application/json": infer Form } }> ? Form : never;
type Body<Name extends keyof operations> =
  operations[Name] extends { requestBody: { content: { "application/json": infer Form } } } ? Form : never;

export type Message = Answer<"get_messages">["items"][number];
export type FullMessage = Answer<"get_messages_id">;
export type Classification = NonNullable<Message["classification"]>;
export type Category = Classification["category"];
export type Correction = Answer<"get_corrections">["items"][number];
export type Action = Answer<"get_actions">["items"][number];
export type ActionStatus = Action["status"];
export type Judgement = Answer<"post_actions_approve">["items"][number];
export type Briefing = Answer<"get_briefing">;
export type Matter = Briefing["now"][number];
export type Owed = Briefing["owed"][number];
export type Offer = Briefing["waiting"][number];
export type Stuck = NonNullable<Briefing["stuck"]>[number];
export type Clearing = Briefing["clearing"][number];
export type Clash = Briefing["clashes"][number];
export type Events = Answer<"get_calendar_events">;
export type CalendarEvent = Events["items"][number];
export type FreeTime = Answer<"get_calendar_free">;
export type Review = Answer<"get_devops_pull_requests">["items"][number];
export type ReviewRow = Briefing["reviews"][number];
export type WorkItem = Answer<"get_devops_work_items">["items"][number];
export type Run = Answer<"get_devops_pipelines">["items"][number];
export type Status = Answer<"get_status">;
export type Ways = Answer<"get_session_ways">;
export type SourceStatus = Status["sources"][number];
export type Rule = Body<"post_rules">;
export type Conditions = Rule["when"];
export type Trial = Answer<"post_rules_try">;
export type Device = Answer<"get_devices">["items"][number];
export type Pairing = Answer<"post_devices_pairing">;
export type Passkey = Answer<"get_passkeys">["items"][number];
export type Accounts = Answer<"get_accounts">;
export type Account = Accounts["items"][number];
export type SignInStep = Answer<"post_accounts_name_sign_in">;

export interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}

export type Conversation = Answer<"get_conversations">["items"][number];
export type ConversationWithEntries = Answer<"get_conversations_id">;
export type Entry = ConversationWithEntries["entries"][number];
export type Step = Entry["steps"][number];

export type TurnEvent =
  | { event: "round"; data: { number: number } }
  | { event: "tool"; data: Step }
  | { event: "text"; data: { text: string } }
  | { event: "proposal"; data: { action: Action } }
  | { event: "done"; data: { entry: Entry } }
  | { event: "error"; data: { code: string; detail: string; entry: Entry } };

export type NoticePreferences = Required<Answer<"get_notifications_preferences">>;
export type KindPreference = Required<NoticePreferences["kinds"][string]>;
export type Fact = Answer<"get_memory">["items"][number];
