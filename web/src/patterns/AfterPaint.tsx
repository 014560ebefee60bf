import { type ReactNode, startTransition, useEffect, useState } from 'react';

/** What stands below what people came for: drawn once that is on the screen, so that it is there sooner. */
export function AfterPaint({ children }: { children: ReactNode }) {
  const [there, setThere] = useState(false);
  useEffect(() => startTransition(() => setThere(true)), []);
  return there ? children : null;
}
