const GATEWAYS = new Set([502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530]);

/** Whether a gateway answered in place of a house that sleeps or is cut off: the house itself says what is wrong in its
 * own form. */
export function isAway(response: Response): boolean {
  return GATEWAYS.has(response.status) && !response.headers.get("content-type")?.startsWith("application/problem+json");
}

const LAST_READ = "x-last-read";

/** Whether an answer is not what the house says now, but what it said when it was last read. */
export function isLastRead(response: Response): boolean {
  return response.headers.has(LAST_READ);
}

/** What was read before counts where the house is away, or takes longer than one waits, and is marked as such; `fresh`
 * goes on by itself. */
export async function freshOr(kept: Response, fresh: Promise<Response>, patience: number): Promise<Response> {
  const waited = new Promise<null>((go) => setTimeout(go, patience, null));
  const response = await Promise.race([fresh.catch(() => null), waited]);
  return response && !isAway(response) ? response : asLastRead(kept);
}

function asLastRead(kept: Response): Response {
  const headers = new Headers(kept.headers);
  headers.set(LAST_READ, "yes");
  return new Response(kept.body, { status: kept.status, headers });
}
