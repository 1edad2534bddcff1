import { dev } from "$app/environment";
import { goto } from "$app/navigation";

/** The service worker: registers it, and says when a newer app waits to take over. */
class Updates {
  ready = $state(false);
  #waiting: ServiceWorker | null = null;

  async register(): Promise<void> {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.addEventListener("message", (event) => openPage(event.data));
    const registration = await navigator.serviceWorker.register("/service-worker.js", { type: dev ? "module" : "classic" });
    const look = (): void => this.#look(registration);
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
    });
  }

  apply(): void {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    this.#waiting?.postMessage({ type: "take-over" });
  }

  #look(registration: ServiceWorkerRegistration): void {
    this.#waiting = registration.waiting;
    this.ready = registration.waiting !== null && navigator.serviceWorker.controller !== null;
  }
}

/** A tapped notification names the page, down to the very card. */
function openPage(said: unknown): void {
  if (typeof said !== "object" || said === null || !("url" in said)) return;
  const url = new URL(String(said.url), location.origin);
  if (url.origin === location.origin) void goto(url.pathname + url.search + url.hash);
}

export const updates = new Updates();
