/** What the program tells of a write: of which object, of which record or thing, and what was done. Without an id, of some of them. */
export interface Told {
  object: string;
  id?: string;
  action?: string;
}

export interface Listener {
  told: (event: Told) => void;
  /** Too much was missed: whatever is on screen may have changed. */
  reset: () => void;
  /** The session may be over, or in another role. */
  doubt: () => void;
  /** There is a connection, or there is none. */
  contact: (on: boolean) => void;
}

const address = '/api/me/events';
const firstPause = 1000; // milliseconds, doubled with each failure
const longestPause = 60_000;
const silence = 40_000; // two and a half signs of life
const hiddenFor = 10_000; // a page that nobody sees leaves its connection to others: browsers have few for a host

/** Follows what changes, until the returned function is called: comes again after failures, rests while the page is hidden. */
export function follow(listener: Listener): () => void {
  let source: EventSource | undefined;
  let last = '';
  let failures = 0;
  let resting = false;
  let next: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(next);
    clearTimeout(watchdog);
  };
  const comeAgain = (pause: number) => {
    close();
    next = setTimeout(open, pause * (0.5 + Math.random()));
  };
  const lost = () => {
    failures++;
    listener.contact(false);
    if (failures === 2) listener.doubt(); // a refusal looks like a broken connection
    comeAgain(Math.min(longestPause, firstPause * 2 ** (failures - 1)));
  };
  const alive = (event: MessageEvent<string>) => {
    if (event.lastEventId) last = event.lastEventId;
    failures = 0;
    listener.contact(true);
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, silence);
  };
  const open = () => {
    close();
    resting = false;
    source = new EventSource(last ? `${address}?after=${last}` : address);
    source.addEventListener('hello', alive);
    source.addEventListener('beat', alive);
    source.addEventListener('reset', (event) => {
      alive(event);
      listener.reset();
    });
    source.addEventListener('message', (event: MessageEvent<string>) => {
      alive(event);
      listener.told(JSON.parse(event.data) as Told);
    });
    source.addEventListener('end', (event: MessageEvent<string>) => {
      const { reason } = JSON.parse(event.data) as { reason: string };
      if (reason !== 'stopping') listener.doubt();
      comeAgain(reason === 'stopping' ? firstPause : 2 * firstPause);
    });
    source.addEventListener('error', lost);
  };

  const seen = () => {
    clearTimeout(rest);
    if (!document.hidden) {
      if (resting) open();
      return;
    }
    rest = setTimeout(() => {
      resting = true;
      close();
    }, hiddenFor);
  };
  const online = () => {
    failures = 0;
    if (!resting) open();
  };
  const offline = () => listener.contact(false);

  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', online);
  window.addEventListener('offline', offline);
  open();
  return () => {
    close();
    clearTimeout(rest);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', online);
    window.removeEventListener('offline', offline);
  };
}
