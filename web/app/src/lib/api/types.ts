import type { components } from "./schema";

type Schemas = components["schemas"];

export type Message = Schemas["Message"];
export type FullMessage = Schemas["FullMessage"];
export type Classification = Schemas["Classification"];
export type Category = Classification["category"];
export type Action = Schemas["Action"];
export type ActionStatus = Action["status"];
export type Briefing = Schemas["Briefing"];
export type Matter = Schemas["Matter"];
export type Owed = Schemas["Owed"];
export type Offer = Schemas["Offer"];
export type Clearing = Schemas["Clearing"];
export type Status = Schemas["Status"];
export type Rule = Schemas["Rule"];

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface Judgement {
  id: string;
  action?: Action | null;
  code?: string | null;
  detail?: string | null;
}

export interface Conversation {
  id: string;
  title: string;
  at: string;
}

export type TurnEvent =
  | { event: "round"; data: { round: number } }
  | { event: "tool"; data: { name: string; said?: string; arguments?: unknown; result?: unknown } }
  | { event: "text"; data: { text: string } }
  | { event: "proposal"; data: Action }
  | { event: "done"; data: { conversation_id?: string } }
  | { event: "error"; data: { detail: string } };
