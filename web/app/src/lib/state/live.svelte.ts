export type Happening = "message" | "action" | "notification" | "status";
type Listener = (data: Record<string, unknown>) => void;

const PATIENCE = [1, 2, 5, 10, 30];
const CATCH_UP = 10_000;

/** The one live connection: says what happened, and whether the house can be heard at all. */
class Live {
  connected = $state(false);
  #source: EventSource | null = null;
  #listeners = new Map<Happening, Set<Listener>>();
  #failures = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #catchingUp: ReturnType<typeof setTimeout> | undefined;
  /** How many answers so far were not the house's own, but what was last read. */
  missed = 0;

  /** Not merely between two breaths: the house did not answer again and again. */
  get lost(): boolean {
    return this.#failures > 1;
  }

  open(): void {
    if (this.#source) return;
    const source = new EventSource("/api/events");
    source.onopen = () => this.#opened();
    source.onerror = () => this.#lost(source);
    for (const kind of ["message", "action", "notification", "status"] as const) {
      source.addEventListener(kind, (event) => this.#tell(kind, event as MessageEvent<string>));
    }
    this.#source = source;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.connected = false;
  }

  on(kind: Happening, listener: Listener): () => void {
    const known = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, known.add(listener));
    return () => known.delete(listener);
  }

  /** An answer was what was last read: all is asked for once more in a while, or when the house is heard again. */
  miss(): void {
    this.missed += 1;
    this.#failures ||= 1;
    clearTimeout(this.#catchingUp);
    this.#catchingUp = setTimeout(() => this.#catchUp(), CATCH_UP);
  }

  #opened(): void {
    this.connected = true;
    this.#catchUp();
  }

  #catchUp(): void {
    if (!this.connected || !this.#failures) return;
    this.#failures = 0;
    for (const listeners of this.#listeners.values()) listeners.forEach((tell) => tell({}));
  }

  /** The browser reconnects and resumes by itself unless the answer was an error: then it takes a new start. */
  #lost(source: EventSource): void {
    this.connected = false;
    this.#failures += 1;
    if (source.readyState !== EventSource.CLOSED) return;
    this.#source = null;
    const seconds = PATIENCE[Math.min(this.#failures, PATIENCE.length) - 1] ?? 30;
    this.#timer = setTimeout(() => this.open(), seconds * 1000);
  }

  #tell(kind: Happening, event: MessageEvent<string>): void {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    this.#listeners.get(kind)?.forEach((tell) => tell(data));
  }
}

export const live = new Live();
