import { api } from "$lib/api/api";

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
    if (subscription) await api.post("/api/push/subscriptions", form(subscription));
    await this.look();
  }

  async turnOn(): Promise<void> {
    this.busy = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return await this.look();
      const { key } = await api.get<{ key: string }>("/api/push/key");
      const registration = await navigator.serviceWorker.ready;
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      await api.post("/api/push/subscriptions", form(subscription));
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

function form(subscription: PushSubscription): object {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } };
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
