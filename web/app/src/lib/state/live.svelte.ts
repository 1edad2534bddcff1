/** What the house tells of, and `heard`: it answers again after it did not. */
export type Happening = "message" | "action" | "notification" | "status" | "heard";
type Listener = (data: Record<string, unknown>) => void;

const PATIENCE = [1, 2, 5, 10, 30];
const CATCH_UP = 10_000;
// A line that stands has a pulse every twenty seconds.
const SILENCE = 45_000;

/** The one live connection: says what happened, and whether the house can be heard at all. */
class Live {
  connected = $state(false);
  #source: EventSource | null = null;
  #listeners = new Map<Happening, Set<Listener>>();
  #failures = $state(0);
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #catchingUp: ReturnType<typeof setTimeout> | undefined;

  /** Not merely between two breaths: the house did not answer again and again. */
  get lost(): boolean {
    return this.#failures > 1;
  }

  /** Something came lately: a line may be dead long before the browser knows. */
  get isHeard(): boolean {
    return this.connected && Date.now() - this.#heardAt < SILENCE;
  }

  watch(): () => void {
    this.#open();
    const look = (): unknown => document.visibilityState === "visible" && !this.isHeard && this.#again();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      this.#close();
    };
  }

  on(kind: Happening, listener: Listener): () => void {
    const known = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, known.add(listener));
    return () => known.delete(listener);
  }

  /** An answer did not come, or was what was last read: all is asked for once more in a while, or when the house is heard again. */
  miss(): void {
    this.#failures ||= 1;
    clearTimeout(this.#catchingUp);
    this.#catchingUp = setTimeout(() => this.#catchUp(), CATCH_UP);
  }

  #open(): void {
    const source = new EventSource("/api/events?pulse=true");
    source.onopen = () => this.#opened();
    source.onerror = () => this.#lost(source);
    source.addEventListener("pulse", () => this.#hear());
    for (const kind of ["message", "action", "notification", "status"] as const) {
      source.addEventListener(kind, (event) => this.#tell(kind, event as MessageEvent<string>));
    }
    this.#source = source;
    this.#later(SILENCE, () => this.#silent());
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.connected = false;
  }

  #opened(): void {
    this.connected = true;
    this.#hear();
    this.#catchUp();
  }

  #hear(): void {
    this.#heardAt = Date.now();
    this.#later(SILENCE, () => this.#silent());
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
    const seconds = PATIENCE[Math.min(this.#failures, PATIENCE.length) - 1] ?? 30;
    this.#later(seconds * 1000, () => this.#again());
  }

  #silent(): void {
    this.#failures += 1;
    this.#again();
  }

  /** A new line in place of one that is dead, whatever the browser believes of it. */
  #again(): void {
    this.#close();
    this.#failures ||= 1;
    this.#open();
  }

  #later(milliseconds: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }

  #tell(kind: Happening, event: MessageEvent<string>): void {
    this.#hear();
    const data = JSON.parse(event.data) as Record<string, unknown>;
    this.#listeners.get(kind)?.forEach((tell) => tell(data));
  }
}

export const live = new Live();
