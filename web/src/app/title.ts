import { useLayoutEffect } from 'react';
import { isolate } from '@/words/isolate';

/** What stands behind the title of each page. */
let site = 'Provost';

/** Says what the organisation is called in titles of pages. */
export function nameSite(name: string) {
  site = name;
}

/** Titles the page: tabs, history and screen readers tell it from others by it. Nothing where there is no title. */
export function useTitle(title: string | undefined) {
  useLayoutEffect(() => {
    if (title) document.title = `${isolate(title)} · ${isolate(site)}`;
  }, [title]);
}
