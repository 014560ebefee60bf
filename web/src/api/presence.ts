/** Without a sign of somebody for so long, what a page asks by itself is said to be in the background: it keeps no session alive. */
const awayAfter = 30_000;

let last = Date.now();

/** Begins to notice whether somebody is there. */
export function watchPresence() {
  const here = () => {
    last = Date.now();
  };
  for (const sign of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'])
    window.addEventListener(sign, here, { capture: true, passive: true });
}

/** Nobody seems to be there. */
export const isAway = (): boolean => Date.now() - last > awayAfter;
