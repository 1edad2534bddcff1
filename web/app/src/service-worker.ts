/// <reference types="@sveltejs/kit" />
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
import { build, files, version } from "$service-worker";

import type { Action } from "./lib/api/types";
import { whyNot } from "./lib/state/outcome";
import { isKept, readNotice, type Notice } from "./lib/worker/notice";
import { freshOr } from "./lib/worker/reach";

const worker = self as unknown as ServiceWorkerGlobalScope;
const SHELL = `shell-${version}`;
const DATA = "last-read";
// The build puts the bootstrap there under a name of its own and writes that name here (scripts/finish.js).
const START = "/_app/immutable/start.js";
const MOST_KEPT = 80;
const PATIENCE = 8_000;
// The page heard the house just now: then its own word is worth a longer wait.
const PATIENCE_WHEN_HEARD = 30_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(["/", START, ...build, ...files.filter(isShell)])));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  if ((event.data as { type?: string }).type === "take-over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.method === "DELETE" && url.pathname === "/api/session") event.waitUntil(caches.delete(DATA));
  if (event.request.method !== "GET") return;
  if (url.pathname.startsWith("/api/")) {
    if (isKept(url.pathname)) event.respondWith(freshOrLastRead(event.request));
  } else if (event.request.mode === "navigate") {
    event.respondWith(fromShell("/", event.request));
  } else {
    event.respondWith(fromShell(event.request, event.request));
  }
});

worker.addEventListener("push", (event) => {
  event.waitUntil(show(readNotice(event.data?.text() ?? "")));
});

worker.addEventListener("notificationclick", (event) => {
  const notice = event.notification.data as Notice;
  event.notification.close();
  const decides = (event.action === "approve" || event.action === "reject") && notice.digest;
  event.waitUntil(decides ? decide(notice, event.action) : open(notice.url));
});

function isShell(path: string): boolean {
  return !path.startsWith("/screenshots/") && !path.startsWith("/splash/");
}

async function forgetOldShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL && name !== DATA).map((name) => caches.delete(name)));
}

async function fromShell(wanted: RequestInfo, request: Request): Promise<Response> {
  return (await caches.match(wanted, { cacheName: SHELL })) ?? fetch(request);
}

async function freshOrLastRead(request: Request): Promise<Response> {
  const fresh = read(request);
  const kept = await caches.match(request, { cacheName: DATA });
  return kept ? freshOr(kept, fresh, request.cache === "no-cache" ? PATIENCE_WHEN_HEARD : PATIENCE) : fresh;
}

async function read(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.ok) void keep(request, response.clone());
  if (response.status === 401) void caches.delete(DATA);
  return response;
}

async function keep(request: Request, response: Response): Promise<void> {
  const cache = await caches.open(DATA);
  await cache.put(request, response);
  const [oldest, ...rest] = await cache.keys();
  if (oldest && rest.length >= MOST_KEPT) await cache.delete(oldest);
}

/** Every push shows something: iOS takes the subscription away after three that do not. */
async function show(notice: Notice): Promise<void> {
  if (notice.waiting !== undefined) await worker.navigator.setAppBadge?.(notice.waiting).catch(() => undefined);
  const options = {
    body: notice.body,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: notice,
    requireInteraction: notice.urgent,
    actions: notice.digest ? notice.actions : [],
    ...(notice.tag ? { tag: notice.tag, renotify: notice.urgent } : {}),
  };
  await worker.registration.showNotification(notice.title, options);
}

async function open(url: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find((each) => each.focused) ?? windows[0];
  if (!window) return void (await worker.clients.openWindow(url));
  window.postMessage({ type: "open", url });
  await window.focus();
}

/** A button on a notification decides only about what it showed: the digest says which. */
async function decide(notice: Notice, decision: string): Promise<void> {
  const path = `/api/actions/${encodeURIComponent(notice.action_id)}/${decision}`;
  const body = JSON.stringify(decision === "approve" ? { digest: notice.digest } : {});
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => null);
  const said = await decided(response);
  if (said) await show({ ...notice, body: said, actions: [], digest: "" });
}

/** What the owner has to hear of his decision: nothing where it was done. */
async function decided(response: Response | null): Promise<string | null> {
  if (response?.status === 409) return "It changed since you were told. Tap to read it again.";
  const after: Action | null = response?.ok ? await response.json().catch(() => null) : null;
  if (!after) return "That did not go through. Tap to see it.";
  const why = whyNot(after);
  return why && `Approved, but: ${why}`;
}
