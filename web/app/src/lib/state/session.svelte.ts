import { api } from "$lib/api/api";
import { asProblem } from "$lib/api/problem";

export interface WhoAmI {
  device?: { id: string; name: string } | null;
  [more: string]: unknown;
}

/** Whether this device is signed in. */
class Session {
  state = $state<"unknown" | "in" | "out">("unknown");
  who = $state.raw<WhoAmI | null>(null);

  async check(): Promise<void> {
    try {
      this.who = await api.get<WhoAmI>("/api/session");
      this.state = "in";
    } catch (error) {
      const problem = asProblem(error);
      this.state = problem.isSignedOut ? "out" : "in";
    }
  }

  async signIn(code: string): Promise<void> {
    await api.post("/api/session", { code });
    await this.check();
  }

  async signOut(): Promise<void> {
    await api.remove("/api/session");
    this.lost();
  }

  lost(): void {
    this.state = "out";
    this.who = null;
  }
}

export const session = new Session();
