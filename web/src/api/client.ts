import createClient, { type Middleware } from 'openapi-fetch';
import { isAway } from './presence';
import { Problem, readProblem } from './problem';
import type { components, paths } from './schema.gen';

/** A schema of the administration API: Schema<'Registration'>. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** A page of a list, as every list of the API answers it. */
export interface Page<Row> {
  items: Row[];
  next?: string;
}

/** Where people sign in; they come back to where they were. */
export function signInAddress(from: string = location.pathname + location.search): string {
  return `/login?to=${encodeURIComponent(from)}`;
}

/** Has the person prove who they are, and ends when they have; the shell asks in a dialog. */
let prove: (() => Promise<void>) | undefined;

/** Says how people are asked to prove who they are before what is dangerous. */
export function askForProofBy(ask: typeof prove) {
  prove = ask;
}

const sent = new Map<string, Request>(); // what may have to be sent again after a proof

/** Says of a request that it keeps no session alive: the page asks by itself. */
const background = 'X-Provost-Background';

const refuse: Middleware = {
  onRequest({ request, id }) {
    if (request.method !== 'GET') sent.set(id, request.clone());
    else if (isAway()) request.headers.set(background, '1');
  },
  async onResponse({ response, id }) {
    const again = sent.get(id);
    sent.delete(id);
    if (response.ok) return undefined;
    const problem = await readProblem(response);
    if (problem.code === 'step_up_required' && again && prove) {
      await prove();
      const second = await fetch(again);
      if (second.ok) return second;
      throw await readProblem(second);
    }
    if (response.status === 401) location.assign(signInAddress());
    throw problem;
  },
  onError({ error, id }) {
    sent.delete(id);
    return error instanceof Problem ? error : new Problem({ status: 0, code: 'unreachable' }, error);
  },
};

/** The administration API, typed by its own document (schema.gen.ts). What is refused is thrown as a Problem. */
export const api = createClient<paths>({ baseUrl: '/api/admin/v1' });
api.use(refuse);

/** Waits for an answer and returns its body. */
export async function body<Data>(answer: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  return (await answer).data as NonNullable<Data>;
}

/** Reads JSON of the program outside of the administration API, such as /api/me. */
export async function fetchJSON<Data>(path: string, init?: RequestInit): Promise<Data> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json', ...(isAway() && !init?.method && { [background]: '1' }), ...init?.headers },
    });
  } catch (error) {
    throw new Problem({ status: 0, code: 'unreachable' }, error);
  }
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as Data;
}
