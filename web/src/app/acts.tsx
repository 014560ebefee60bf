import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';

/** Something a page can do that the palette offers too. */
export interface Act {
  label: string;
  run: () => void;
}

const List = createContext<Act[]>([]);
const Add = createContext<(act: Act) => () => void>(() => () => {});

/** Holds the acts of the page that is open. */
export function ActsProvider({ children }: { children: ReactNode }) {
  const [acts, setActs] = useState<Act[]>([]);
  const add = useCallback((act: Act) => {
    setActs((before) => [...before, act]);
    return () => setActs((before) => before.filter((other) => other !== act));
  }, []);
  return (
    <Add value={add}>
      <List value={acts}>{children}</List>
    </Add>
  );
}

export const useActs = (): Act[] => use(List);

/** Offers an act in the palette for as long as the component is there. */
export function useAct(label: string | undefined, run: () => void) {
  const add = use(Add);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const act = useMemo(() => (label ? { label, run: () => latest.current() } : undefined), [label]);
  useEffect(() => (act ? add(act) : undefined), [act, add]);
}
