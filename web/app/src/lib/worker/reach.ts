const GATEWAYS = new Set([502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530]);

/** Whether a gateway answered in place of a house that sleeps or is cut off: the house itself says what is wrong in its
 * own form. */
export function isAway(response: Response): boolean {
  return GATEWAYS.has(response.status) && !response.headers.get("content-type")?.startsWith("application/problem+json");
}

/** What was read before counts where the house is away, or takes longer than one waits; `fresh` goes on by itself. */
export async function freshOr(kept: Response, fresh: Promise<Response>, patience: number): Promise<Response> {
  const waited = new Promise<null>((go) => setTimeout(go, patience, null));
  const response = await Promise.race([fresh.catch(() => null), waited]);
  return response && !isAway(response) ? response : kept;
}
