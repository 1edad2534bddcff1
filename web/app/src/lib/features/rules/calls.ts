import { api, one } from "$lib/api/api";
import type { Correction, Page, Rule, Trial } from "$lib/api/types";

/** What is asked of the house about rules, and about what the owner corrected. */
export const calls = {
  rules: () => api.get<Page<Rule> & { offered?: string[] }>("/api/rules"),
  putRule: (rule: Rule) => api.put<Rule>(one("/api/rules", rule.name), rule),
  removeRule: (name: string) => api.remove<undefined>(one("/api/rules", name)),
  tryRule: (rule: Rule | string, days: number) => api.post<Trial>("/api/rules/try", { rule, days }),
  draftRule: (text: string) => api.post<Rule>("/api/rules/draft", { text }),
  corrections: () => api.get<Page<Correction>>("/api/corrections"),
  takeCorrectionBack: (id: string) => api.remove<unknown>(`${one("/api/messages", id)}/classification`),
};
