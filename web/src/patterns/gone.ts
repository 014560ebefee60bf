import type { QueryClient } from '@tanstack/react-query';
import { createContext } from 'react';
import { problemOf } from '@/api/problem';

/** Whether what was to be changed is no longer there. */
export const isGone = (thrown: unknown): boolean => {
  const { status, fields } = problemOf(thrown);
  return (status === 404 || status === 410) && Object.keys(fields).length === 0;
};

/** Whether the panel around knows that what it changes is gone: who has saved it does not matter then. */
export const Gone = createContext(false);

/** Loads again what is on screen; what is no longer there is let go of, so that its page says so. */
export async function letGo(client: QueryClient) {
  await client.invalidateQueries();
  await client.resetQueries({ predicate: ({ state }) => state.data !== undefined && state.error !== null && isGone(state.error) });
}
