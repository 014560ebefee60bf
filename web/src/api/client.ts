import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, readProblem } from './problem';
import type { components, paths } from './schema.gen';
import { send, sendTo } from './send';

/** A schema of the administration API: Schema<'Registration'>. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** A page of a list, as every list of the API answers it. */
export interface Page<Row> {
  items: Row[];
  next?: string;
  /** How many there are in all, where the API counts them. */
  total?: number;
}

const refuse: Middleware = {
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const problem = await readProblem(response);
    const named = Object.keys(problem.fields);
    if (request.method === 'GET' && problem.code === 'request_invalid' && named.length > 0 && named.every((field) => field === 'id'))
      throw new Problem({ status: 404, code: 'unknown', request_id: problem.requestId }); // what is no id names nothing
    throw problem;
  },
};

/** The administration API, typed by its own document (schema.gen.ts). What is refused is thrown as a Problem. */
export const api = createClient<paths>({ baseUrl: '/api/admin/v1', fetch: send });
api.use(refuse);

/** Waits for an answer and returns its body. */
export async function body<Data>(answer: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  return (await answer).data as NonNullable<Data>;
}

/** Reads JSON of the program outside of the administration API, such as /api/me. */
export async function fetchJSON<Data>(path: string, init?: RequestInit): Promise<Data> {
  const response = await sendTo(path, init);
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as Data;
}

/** Changes or asks for something outside of the administration API, with JSON. */
export function callJSON<Data = unknown>(method: string, path: string, payload?: unknown): Promise<Data> {
  const init: RequestInit = { method };
  if (payload !== undefined) {
    init.headers = { 'Content-Type': 'application/json' };
    init.body = JSON.stringify(payload);
  }
  return fetchJSON<Data>(path, init);
}
