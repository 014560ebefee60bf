import { useEffect } from 'react';

/** What was typed and not saved, one mark for each place that holds some. */
const held = new Set<symbol>();

function ask(event: BeforeUnloadEvent) {
  event.preventDefault();
}

/** Says that something was typed that is not saved: the browser asks before it throws the page away. */
export function useUnsaved(dirty: boolean) {
  useEffect(() => {
    if (!dirty) return;
    const mark = Symbol();
    held.add(mark);
    if (held.size === 1) addEventListener('beforeunload', ask);
    return () => {
      held.delete(mark);
      if (held.size === 0) removeEventListener('beforeunload', ask);
    };
  }, [dirty]);
}

/** Whether anything on the page is typed and not saved. */
export const anythingUnsaved = (): boolean => held.size > 0;
