import { api, one } from "$lib/api/api";
import type { Account, Accounts, Device, Fact, NoticePreferences, Page, Pairing, SignInStep } from "$lib/api/types";

/** What the settings and the wizard ask of the house. */
export const calls = {
  accounts: () => api.get<Accounts>("/api/accounts"),
  addAccount: (name: string, provider: string, settings: Record<string, string>) =>
    api.post<Account>("/api/accounts", { name, provider, settings }),
  beginSignIn: (name: string, scopes: readonly string[] = []) =>
    api.post<SignInStep>(`${one("/api/accounts", name)}/sign-in`, scopes.length ? { scopes } : {}),
  finishSignIn: (name: string, attempt: string, redirect: string) =>
    api.post<Account>(`${one("/api/accounts", name)}/sign-in/${encodeURIComponent(attempt)}`, { redirect }),
  poll: (source: string) => api.post(`${one("/api/sources", source)}/poll`),
  backfill: (source: string, months: number) => api.post(`${one("/api/sources", source)}/backfill`, { months }),
  devices: () => api.get<Page<Device>>("/api/devices"),
  recoveryCodes: () => api.post<{ codes: string[] }>("/api/devices/recovery-codes"),
  pairing: () => api.post<Pairing>("/api/devices/pairing"),
  renameDevice: (id: string, name: string) => api.put<Device>(one("/api/devices", id), { name }),
  revokeOthers: () => api.remove<{ devices: number }>("/api/devices"),
  revokeDevice: (id: string) => api.remove<undefined>(one("/api/devices", id)),
  logs: () => api.get<Page<Record<string, unknown>>>("/api/logs"),
  facts: () => api.get<Page<Fact>>("/api/memory"),
  remember: (fact: string) => api.post<Fact>("/api/memory", { fact }),
  forget: (id: string) => api.remove<undefined>(one("/api/memory", id)),
  preferences: () => api.get<NoticePreferences>("/api/notifications/preferences"),
  setPreferences: (wishes: NoticePreferences) =>
    api.put<NoticePreferences>("/api/notifications/preferences", wishes),
};
