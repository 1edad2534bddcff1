import { api } from "$lib/api/api";
import type { Page } from "$lib/api/types";
import type { operations } from "$lib/api/schema";

type Answer<Name extends keyof operations> =
  operations[Name]["responses"] extends Record<200, { content: { "application/json": infer Form } }> ? Form : never;

export type Transaction = Answer<"get_finance_transactions">["items"][number];
export type TransactionPage = Answer<"get_finance_transactions">;
export type TiedMail = NonNullable<TransactionPage["mails"]>[number];
export type Category = Transaction["category"];
export type Summary = Answer<"get_finance_summary">;
export type Share = Summary["spent"]["by_category"][number];
export type Flow = Summary["cash_flow"][number];
export type Balance = Summary["balances"][number];
export type Recurring = Summary["recurring"][number];
export type Finding = Summary["findings"][number];
export type Sum = Flow["net"];
export type Budget = Answer<"get_finance_budgets">["items"][number];
export type Statement = Answer<"get_finance_statements">["items"][number];
export type MendedStatement = operations["put_finance_statements_id"]["requestBody"]["content"]["application/json"];
export type Check = Answer<"post_finance_statements_id_check">;
export type Keyword = Answer<"get_finance_keywords">["items"][number];
export type Filled = Answer<"get_finance_filling">;

const ROOT = "/api/finance";
const one = (kind: string, id: string): string => `${ROOT}/${kind}/${encodeURIComponent(id)}`;

export interface TransactionFilter {
  month: string;
  category: string;
  q: string;
}

export const books = {
  summary: (month = "") => api.get<Summary>(`${ROOT}/summary`, { month }),
  transactions: (filter: TransactionFilter, cursor: string | null) =>
    api.get<TransactionPage>(`${ROOT}/transactions`, { ...filter, cursor, limit: 100 }),
  correct: (id: string, category: Category) => api.put<Transaction>(one("transactions", id), { category }),
  takeBack: (id: string) => api.remove(one("corrections", id)),

  keywords: () => api.get<Page<Keyword>>(`${ROOT}/keywords`),
  setKeywords: (items: readonly Keyword[]) => api.put<Page<Keyword>>(`${ROOT}/keywords`, { items }),

  budgets: (month: string) => api.get<Page<Budget>>(`${ROOT}/budgets`, { month }),
  setBudget: (category: string, limit: string, currency: string) =>
    api.post<Budget>(`${ROOT}/budgets`, { category, limit, currency }),
  removeBudget: (category: string) => api.remove(one("budgets", category)),

  statements: () => api.get<Page<Statement>>(`${ROOT}/statements`),
  statement: (id: string) => api.get<Statement>(one("statements", id)),
  check: (id: string, form: MendedStatement) => api.post<Check>(`${one("statements", id)}/check`, form),
  mend: (id: string, form: MendedStatement) => api.put<Statement>(one("statements", id), form),
  upload: (filename: string, content: string, password: string, currency: string) =>
    api.post<Page<Statement>>(`${ROOT}/statements`, { filename, content, password, currency }),
  unlock: (password: string) => api.post<Page<Statement>>(`${ROOT}/statements/unlock`, { password }),
  strike: (id: string) => api.remove(one("statements", id)),
  filling: () => api.get<Filled>(`${ROOT}/filling`),

  exported: (format: string, month: string) => `${ROOT}/export?${new URLSearchParams({ format, ...(month ? { month } : {}) })}`,
};
