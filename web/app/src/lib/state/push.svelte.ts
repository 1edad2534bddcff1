import { api } from "$lib/api/api";
import type { Problem } from "$lib/api/problem";

export type PushState = "unsupported" | "install-first" | "denied" | "off" | "on";

/** Whether this very device gets pushes, and switching it. */
class Push {
  state = $state<PushState>("off");
  busy = $state(false);

  async look(): Promise<void> {
    this.state = await stateOfDevice();
  }

  /** At each start: what the browser holds and what the server knows must agree. */
  async confirm(): Promise<void> {
    const subscription = await current();
    if (subscription) await tell(subscription).catch((problem: Problem) => renew(subscription, problem));
    await this.look();
  }

  async turnOn(): Promise<void> {
    this.busy = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return await this.look();
      await subscribe();
      return await this.look();
    } finally {
      this.busy = false;
    }
  }

  async turnOff(): Promise<void> {
    const subscription = await current();
    if (subscription) {
      await api.remove("/api/push/subscriptions");
      await subscription.unsubscribe();
    }
    await this.look();
  }
}

async function subscribe(): Promise<void> {
  const { key } = await api.get<{ key: string }>("/api/push/key");
  const registration = await navigator.serviceWorker.ready;
  await tell(await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

const tell = (subscription: PushSubscription): Promise<unknown> => api.post("/api/push/subscriptions", subscription);

/** A browser may hold on to what its push service has ended: that is let go, and another taken out. */
async function renew(subscription: PushSubscription, problem: Problem): Promise<void> {
  if (problem.code !== "subscription_ended") throw problem;
  await subscription.unsubscribe();
  await subscribe();
}

async function current(): Promise<PushSubscription | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function stateOfDevice(): Promise<PushState> {
  if (!("PushManager" in globalThis)) return isPhoneBrowser() ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  return (await current()) ? "on" : "off";
}

/** An iPhone offers pushes only to an app on the home screen. */
function isPhoneBrowser(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent) && !matchMedia("(display-mode: standalone)").matches;
}

export const push = new Push();
