import type { ProblemDetails } from "./schema";

/** What went wrong with a request, in words for a person. `status` 0: nobody answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];
  readonly requestId: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, details: Partial<ProblemDetails> = {}, retryAfter?: string | null) {
    super(wordsOf(status, details));
    this.status = status;
    this.code = details.code ?? "";
    this.errors = details.errors ?? [];
    this.requestId = details.request_id ?? "";
    this.retryAfterMs = retryAfter ? Number(retryAfter) * 1000 : null;
  }

  /** Whether the same request may succeed later, without anybody changing it. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }

  /** What is wrong with one field of what was sent, if the server said so. */
  of(field: string): string | undefined {
    return this.errors.find((each) => each.path === field)?.message;
  }
}

function wordsOf(status: number, details: Partial<ProblemDetails>): string {
  const first = details.errors?.[0];
  if (first) return first.path ? `${first.path}: ${first.message}` : first.message;
  const told = details.detail;
  switch (status) {
    case 0:
      return "The server does not answer. Is it running, and is this device online?";
    case 403:
      return told || "Your account may not do this. An operator can give you the role.";
    case 404:
      return "This is gone, or it is not yours. Reload to see what there is.";
    case 412:
      return "Somebody changed this meanwhile. Look at their version, then choose.";
    case 413:
      return "This is more than the server takes at once.";
    case 429:
      return "Too many requests. Wait a moment; it goes on by itself.";
    case 500:
      return `The server failed at this. Its log has it under ${details.request_id || "the time"}.`;
    case 503:
      return `The server cannot answer now${told ? ` (${told})` : ""}. It is asked again.`;
    default:
      return told || details.title || `The server answered ${status}.`;
  }
}

const LONGEST_PAUSE_MS = 10_000;

/** Milliseconds until it is worth asking again, after so many failures before. */
export const pauseAfter = (failures: number, { retryAfterMs }: Problem): number =>
  retryAfterMs ?? Math.min(1000 * 2 ** failures, LONGEST_PAUSE_MS);

/** The problem that an answer other than success is. */
export async function problemOf(answer: Response): Promise<Problem> {
  const details = await answer.json().catch(() => ({}));
  return new Problem(answer.status, details, answer.headers.get("Retry-After"));
}
