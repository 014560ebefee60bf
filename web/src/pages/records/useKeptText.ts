import { useState } from 'react';

/** A text that is typed: kept until the tab is closed, so that it survives a reload. Nothing typed clears it. */
export function useKeptText(name: string): [string, (text: string) => void] {
  const place = `provost.draft/${name}`;
  const [text, setText] = useState(() => {
    try {
      return sessionStorage.getItem(place) ?? '';
    } catch {
      return '';
    }
  });
  const set = (next: string) => {
    setText(next);
    try {
      if (next === '') sessionStorage.removeItem(place);
      else sessionStorage.setItem(place, next);
    } catch {
      // A browser that keeps nothing: what is typed stays on the page.
    }
  };
  return [text, set];
}
