import { useEffect } from 'react';

/** What was typed and not saved: a mark for each place that holds some, with whether it is being saved. */
const held = new Map<symbol, boolean>();

function ask(event: BeforeUnloadEvent) {
  event.preventDefault();
}

/** Says that something was typed that is not saved, and whether it is being saved now: the browser asks before it throws the page away. */
export function useUnsaved(dirty: boolean, saving = false) {
  useEffect(() => {
    if (!dirty) return;
    const mark = Symbol();
    held.set(mark, saving);
    if (held.size === 1) addEventListener('beforeunload', ask);
    return () => {
      held.delete(mark);
      if (held.size === 0) removeEventListener('beforeunload', ask);
    };
  }, [dirty, saving]);
}

/** Whether anything on the page is typed and not saved. */
export const anythingUnsaved = (): boolean => held.size > 0;

/** Whether leaving the page would throw something away. What is being saved leads elsewhere itself. */
export const anythingToLose = (): boolean => [...held.values()].includes(false);
