const tries = 3;
const pause = 2000; // milliseconds

/** Waits until the network is there again, a moment at least. */
const again = () =>
  new Promise<void>((resolve) => {
    if (navigator.onLine) setTimeout(resolve, pause);
    else addEventListener('online', () => resolve(), { once: true });
  });

/** Loads the code of a page, again where the network fails: a page that is open is not thrown away because the next cannot be had yet. */
export function loading<Module>(load: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    for (let left = tries; ; left--) {
      try {
        return await load();
      } catch (error) {
        if (left === 0 && navigator.onLine) throw error; // another version is served by now: the router loads the app anew
        await again();
      }
    }
  };
}
