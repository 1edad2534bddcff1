/** What the server refused and why (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly where: string | null = null,
  ) {
    super(detail);
    this.name = "Problem";
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

export function offline(): Problem {
  return new Problem(0, "offline", "Alfred cannot be reached just now.");
}

export async function readProblem(response: Response): Promise<Problem> {
  const form: unknown = await response.json().catch(() => null);
  const fields = isRecord(form) ? form : {};
  const detail = text(fields.detail) ?? text(fields.title) ?? `The server answered ${response.status}.`;
  return new Problem(response.status, text(fields.code) ?? `http_${response.status}`, detail, text(fields.where));
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, "unexpected", error instanceof Error ? error.message : String(error));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
