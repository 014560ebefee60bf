import { isAway } from './presence';
import { Problem } from './problem';

/** Where people sign in; they come back to where they were. */
export function signInAddress(from: string = location.pathname + location.search): string {
  return `/login?to=${encodeURIComponent(from)}`;
}

/** Says of a request that it keeps no session alive: the page asks by itself. */
const background = 'X-Provost-Background';

/** Gets from the person what a request lacks, and ends when it is there; throws where they do not want to. */
type Ask = () => Promise<void>;

let prove: Ask | undefined;
let enter: Ask | undefined;
let leaving = false;

/** Says how people are asked to prove who they are before what is dangerous. */
export function askForProofBy(ask: Ask | undefined) {
  prove = ask;
}

/** Says what happens when nobody is signed in any more. Without it the browser goes to where people sign in. */
export function askToSignInBy(ask: Ask | undefined) {
  enter = ask;
}

/** Says that the person is signing out: what the page asks meanwhile, and is refused, leads nowhere, or it would overtake the way out. */
export function setLeaving(yes: boolean) {
  leaving = yes;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Problem({ status: 0, code: 'unreachable' }, error);
  }
}

/** Who is signed in, without keeping the session alive; undefined where nobody is. */
export async function whoIsHere(): Promise<string | undefined> {
  const answer = await reach(
    new Request(new URL('/api/me', location.origin), { headers: { Accept: 'application/json', [background]: '1' } }),
  );
  if (!answer.ok) return undefined;
  return ((await answer.json()) as { person: { id: string } }).person.id;
}

function leave(): Promise<never> {
  location.assign(signInAddress());
  return new Promise(() => {}); // the browser is on its way
}

/** Whether a refusal asks for a proof. */
async function wantsProof(answer: Response): Promise<boolean> {
  const said = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  return said.code === 'step_up_required';
}

/**
 * Sends a request to the program. Where it is refused because nobody is signed in any more, or because it takes a proof, it is sent
 * again when the person has signed in or given it: nothing of what was typed is lost.
 */
export async function send(request: Request): Promise<Response> {
  if (request.method === 'GET' && isAway()) request.headers.set(background, '1');
  const spares = [request.clone(), request.clone()];
  let answer = await reach(request);
  if (answer.status === 401 && leaving) return new Promise(() => {}); // the browser is on its way
  if (answer.status === 401 && !(await whoIsHere())) {
    if (leaving) return new Promise(() => {});
    await (enter ?? leave)();
    answer = await reach(spares[0] as Request);
  }
  if (answer.status === 403 && prove && (await wantsProof(answer))) {
    await prove();
    answer = await reach(spares[1] as Request);
  }
  return answer;
}

/** Sends a request to a path of the program. */
export const sendTo = (path: string, init?: RequestInit): Promise<Response> =>
  send(new Request(new URL(path, location.origin), { ...init, headers: { Accept: 'application/json', ...init?.headers } }));
