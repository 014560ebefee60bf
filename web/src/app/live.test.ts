import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadedByLive, refresher } from './liveKeys';
import { follow, type Listener } from './liveSource';

class Source extends EventTarget {
  static all: Source[] = [];
  closed = false;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  close() {
    this.closed = true;
  }
  say(name: string, data: unknown = {}, lastEventId = '') {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }));
  }
}

const newest = () => Source.all.at(-1) as Source;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  Source.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function listen() {
  const heard: Listener = { told: vi.fn(), reset: vi.fn(), doubt: vi.fn(), contact: vi.fn() };
  return { heard, stop: follow(heard) };
}

describe('following what changes', () => {
  it('goes on after the last event, ever more slowly while there is no answer', () => {
    const { heard, stop } = listen();
    newest().say('hello', {}, '41');
    newest().say('message', { object: 'role', id: 'x' }, '42');
    expect(heard.told).toHaveBeenCalledWith({ object: 'role', id: 'x' });
    newest().dispatchEvent(new Event('error'));
    expect(heard.contact).toHaveBeenLastCalledWith(false);
    vi.advanceTimersByTime(2000);
    expect(Source.all).toHaveLength(2);
    expect(newest().url).toBe('/api/me/events?after=42');
    expect(heard.doubt).not.toHaveBeenCalled();
    newest().dispatchEvent(new Event('error'));
    expect(heard.doubt).toHaveBeenCalledOnce();
    for (let i = 0; i < 8; i++) {
      newest().dispatchEvent(new Event('error'));
      vi.advanceTimersByTime(90_000);
    }
    const before = Source.all.length;
    newest().dispatchEvent(new Event('error'));
    vi.advanceTimersByTime(20_000);
    expect(Source.all).toHaveLength(before);
    stop();
    vi.advanceTimersByTime(200_000);
    expect(Source.all).toHaveLength(before);
    expect(newest().closed).toBe(true);
  });
  it('takes silence for a broken connection', () => {
    const { heard, stop } = listen();
    newest().say('hello');
    vi.advanceTimersByTime(39_000);
    newest().say('beat');
    vi.advanceTimersByTime(39_000);
    expect(heard.contact).toHaveBeenLastCalledWith(true);
    vi.advanceTimersByTime(2000);
    expect(heard.contact).toHaveBeenLastCalledWith(false);
    stop();
  });
  it('doubts the session when the program says that it is over, not when it stops', () => {
    const { heard, stop } = listen();
    newest().say('end', { reason: 'stopping' });
    expect(heard.doubt).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    newest().say('end', { reason: 'session' });
    expect(heard.doubt).toHaveBeenCalledOnce();
    stop();
  });
  it('rests while the page is hidden', () => {
    const { stop } = listen();
    newest().say('hello', {}, '7');
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(9000);
    expect(newest().closed).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(newest().closed).toBe(true);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(newest().url).toBe('/api/me/events?after=7');
    hidden.mockRestore();
    stop();
  });
});

describe('loading again', () => {
  const shown = (client: QueryClient, queryKey: string[]) => {
    const load = vi.fn(async () => 'x');
    const stop = new QueryObserver(client, { queryKey, queryFn: load, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => {});
    return { load, stop };
  };
  it('loads what is on screen and was written, once for many writes, and knows why', async () => {
    const client = new QueryClient();
    const fresh = refresher(client);
    const registrations = shown(client, ['registrations', 'list']);
    const people = shown(client, ['people', 'list']);
    await vi.advanceTimersByTimeAsync(10);
    expect(loadedByLive(['registrations', 'list'])).toBe(false);
    for (let i = 0; i < 20; i++) fresh.told({ object: 'registration', id: String(i) });
    await vi.advanceTimersByTimeAsync(200);
    expect(registrations.load).toHaveBeenCalledTimes(2);
    expect(people.load).toHaveBeenCalledTimes(1);
    expect(loadedByLive(['registrations', 'list'])).toBe(true);
    fresh.told({ object: 'registration', id: 'again' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(registrations.load).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(registrations.load).toHaveBeenCalledTimes(3);
    await client.invalidateQueries({ queryKey: ['registrations'] }); // an act on the page
    expect(loadedByLive(['registrations', 'list'])).toBe(false);
    fresh.stop();
    registrations.stop();
    people.stop();
  });
  it('finds the set of an object, and loads one record or the lists', async () => {
    const client = new QueryClient();
    const ask = vi.fn(async () => Response.json({ items: [{ object: 'Incident', set: 'incidents' }] }));
    vi.stubGlobal('fetch', ask);
    const fresh = refresher(client);
    const a = 'A'.repeat(32);
    const b = 'B'.repeat(32);
    const list = shown(client, ['records', 'incidents', 'list']);
    const one = shown(client, ['records', 'incidents', a]);
    const other = shown(client, ['records', 'incidents', b]);
    const tasks = shown(client, ['records', 'tasks', 'list']);
    await vi.advanceTimersByTimeAsync(10);
    fresh.told({ object: 'Incident', id: a, action: 'incident.update' });
    await vi.advanceTimersByTimeAsync(300);
    expect([list, one, other, tasks].map((q) => q.load.mock.calls.length)).toEqual([2, 2, 1, 1]);
    fresh.told({ object: 'Incident' });
    await vi.advanceTimersByTimeAsync(3000);
    expect([list, one, other, tasks].map((q) => q.load.mock.calls.length)).toEqual([3, 3, 2, 1]);
    expect(ask).toHaveBeenCalledOnce();
    fresh.stop();
    for (const q of [list, one, other, tasks]) q.stop();
  });
});
