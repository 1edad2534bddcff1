export interface paths {}

export interface components {
  schemas: {
    Address: { name: string; address: string };
    Attachment: { index?: number; name: string; media_type: string; size: number; inline?: boolean };
    ActionItem: { text: string; due?: string | null };
    Classification: {
      category: "urgent" | "personal" | "work" | "newsletter" | "transactional" | "spam";
      priority: number;
      summary: string;
      action_items: components["schemas"]["ActionItem"][];
      follow_up: { needed: boolean; by?: string | null };
      confidence: number;
      suspicion?: string;
      brain: "owner" | "prefilter" | "local" | "model";
      model?: string | null;
      at: string;
    };
    Message: {
      id: string;
      account: string;
      provider: string;
      kind: "mail" | "chat";
      source: string;
      thread_id: string;
      sent_at: string;
      from: components["schemas"]["Address"];
      to: components["schemas"]["Address"][];
      cc: components["schemas"]["Address"][];
      subject: string;
      snippet: string;
      labels: string[];
      attachments: components["schemas"]["Attachment"][];
      is_read: boolean;
      classification?: components["schemas"]["Classification"] | null;
    };
    FullMessage: components["schemas"]["Message"] & {
      body_text: string;
      body_html: string;
      quoted?: string;
      thread?: components["schemas"]["Message"][];
      actions?: components["schemas"]["Action"][];
      authentication?: string;
    };
    ActionEvent: { seq: number; type: string; at: string; actor: string; detail: Record<string, unknown> };
    Action: {
      id: string;
      kind: string;
      target: string;
      source: string;
      risk: "auto" | "approval";
      account: string;
      status:
        | "proposed"
        | "approved"
        | "executing"
        | "executed"
        | "rejected"
        | "superseded"
        | "uncertain"
        | "rolled_back";
      error?: string | null;
      undoes?: string | null;
      title: string;
      reason: string;
      rule?: string | null;
      arguments: Record<string, unknown>;
      warnings?: string[];
      digest: string;
      origin: "rule" | "chat" | "owner" | "hook" | "routine";
      tainted: boolean;
      changed_since?: string | null;
      proposed_at?: string;
      undo: { possible: boolean; until?: string | null };
      events: components["schemas"]["ActionEvent"][];
    };
    Matter: {
      message_id: string;
      who: string;
      headline: string;
      quote: string;
      priority: number;
      category: string;
      due?: string | null;
      at?: string | null;
    };
    Offer: { action_id: string; digest: string; title: string; message_id: string };
    Clearing: { kind: string; title: string; offers: components["schemas"]["Offer"][] };
    Owed: { id: string; title: string; by?: string | null; is_task: boolean; overdue: boolean; message_id?: string | null };
    Blind: { source: string; gap?: { start: string; end: string } | null; reason: string };
    Briefing: {
      greeting: string;
      at: string;
      arrived: number;
      needs_you: number;
      minutes: number;
      read_until?: string | null;
      now: components["schemas"]["Matter"][];
      more: components["schemas"]["Matter"][];
      owed: components["schemas"]["Owed"][];
      waiting: components["schemas"]["Offer"][];
      clearing: components["schemas"]["Clearing"][];
      beware: components["schemas"]["Matter"][];
      security: components["schemas"]["Matter"][];
      blind: components["schemas"]["Blind"][];
      closing: string;
    };
    SourceStatus: {
      source: string;
      last_success?: string | null;
      error?: string | null;
      error_code?: string | null;
      paused?: boolean;
      gaps?: { start: string; end: string }[];
    };
    Status: {
      version: string;
      halted: boolean;
      sources: components["schemas"]["SourceStatus"][];
      brain: { mode: string; breaker: string; model?: string | null };
      budget?: { spent_today: string; daily_limit?: string | null; spent_month: string; monthly_limit?: string | null; currency: string } | null;
    };
    Rule: {
      name: string;
      when: Record<string, unknown>;
      then: { kind: string; arguments: Record<string, unknown> }[];
      enabled: boolean;
      order: number;
      standing: boolean;
      said: string;
    };
  };
}
