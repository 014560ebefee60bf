import { words } from '@/words';

/** What the program says when it refuses (RFC 9457), with its own members. */
export interface ProblemBody {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  request_id?: string;
  errors?: { field: string; message: string }[];
}

/** A refused request. status is 0 where there was no answer at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** Field → what is wrong with it. */
  readonly fields: Record<string, string>;

  constructor(from: ProblemBody, cause?: unknown) {
    super(
      from.detail ?? from.title ?? (from.code === 'unreachable' ? `${words.state.unreachable}. ${words.state.unreachableHelp}` : from.code),
      { cause },
    );
    this.name = 'Problem';
    this.status = from.status;
    this.code = from.code;
    this.requestId = from.request_id;
    this.fields = Object.fromEntries((from.errors ?? []).map((e) => [e.field.replace(/^body\./, ''), e.message]));
  }
}

/** Reads what a refused request was answered, whoever wrote it: a proxy may have. */
export async function readProblem(response: Response): Promise<Problem> {
  const fallback: ProblemBody = { status: response.status, code: `http_${response.status}`, title: response.statusText };
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return new Problem({ ...fallback, ...body, status: response.status });
  } catch (error) {
    return new Problem(fallback, error);
  }
}

/** The problem in whatever was thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem({ status: 0, code: 'app_failed', detail: error instanceof Error ? error.message : undefined }, error);
}
