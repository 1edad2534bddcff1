import { api } from "$lib/api/api";
import type { operations } from "$lib/api/schema";
import { Resource } from "$lib/state/resource.svelte";

export type SetupState = operations["get_setup"]["responses"][200]["content"]["application/json"];
export type Step = SetupState["items"][number];
export type Choice = Step["providers"][number];
export type Would = SetupState["would"][number];

const of = (step: Step): string => `/api/setup/steps/${encodeURIComponent(step.name)}/skip`;
const at = (account: string): string => `/api/setup/accounts/${encodeURIComponent(account)}`;

/** The steps of setting up, and what the owner says to them. */
export class Setup {
  state = new Resource(() => api.get<SetupState>("/api/setup"));

  /** A household that has no account yet only watches from here on. */
  begin = async (): Promise<void> => {
    await api.post("/api/setup/begin");
    await this.state.load();
  };

  putOff = async (step: Step): Promise<void> => {
    await api.post(of(step));
    await this.state.load();
  };

  takeUp = async (step: Step): Promise<void> => {
    await api.remove(of(step));
    await this.state.load();
  };

  agree = async (): Promise<number> => {
    const { proposed } = await api.post<{ proposed: number }>("/api/setup/agree");
    await this.state.load();
    return proposed;
  };

  check = async (account: string): Promise<string> => (await api.post<{ said: string }>(`${at(account)}/check`)).said;

  widen = (account: string, part: string): Promise<unknown> => api.post(`${at(account)}/parts/${encodeURIComponent(part)}`);
}
