/** What a push says, as the server sends it; whatever is missing or broken still makes a notification. */
export interface Notice {
  title: string;
  body: string;
  url: string;
  tag: string;
  kind: string;
  action_id: string;
  digest: string;
  actions: { action: string; title: string }[];
  urgent: boolean;
  waiting?: number;
}

const PLAIN: Notice = {
  title: "Alfred",
  body: "Something waits for you.",
  url: "/",
  tag: "",
  kind: "",
  action_id: "",
  digest: "",
  actions: [],
  urgent: false,
};

/** Where the server binds a push to a digest, the risk is low enough to decide on the notification itself. */
const BUTTONS = [
  { action: "approve", title: "Approve" },
  { action: "reject", title: "Reject" },
];

const KEPT = /^\/api\/(session|status|briefing|messages|actions|rules|conversations|devices|accounts|calendar|devops|finance(?!\/export))(\/|$)/;

/** Answers that may be read again offline. Attachments, live streams and ways to sign in are not among them. */
export function isKept(path: string): boolean {
  return KEPT.test(path) && !path.includes("/attachments/") && !path.startsWith("/api/session/");
}

export function readNotice(payload: string): Notice {
  const form = parse(payload);
  const said = { ...PLAIN, ...form };
  const buttons = said.digest && said.action_id ? BUTTONS : [];
  return { ...said, url: ownPath(said.url), actions: Array.isArray(form.actions) ? form.actions : buttons };
}

function parse(payload: string): Partial<Notice> {
  try {
    const form: unknown = JSON.parse(payload);
    return typeof form === "object" && form !== null ? form : {};
  } catch {
    return payload ? { body: payload } : {};
  }
}

/** A notification opens pages of the app alone. */
function ownPath(url: unknown): string {
  const text = String(url);
  if (text.startsWith("/") && !text.startsWith("//")) return text;
  return URL.canParse(text) && "location" in globalThis && new URL(text).origin === location.origin ? text : "/";
}
