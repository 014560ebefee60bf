import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Problem, problemOf } from '@/api/problem';
import { words } from '@/words';
import { changedParts } from './changes';
import { listsKey, type ObjectDetail, objectQuery, objectsKey } from './queries';

/**
 * Changes an object as the person has seen it: at the moment when opened became true. Where somebody else has changed it since, the refusal
 * says what, and the next try is on top of that.
 */
export function useVersion(object: ObjectDetail, opened: boolean) {
  const client = useQueryClient();
  const seen = useRef(object);
  const latest = useRef(object);
  latest.current = object;
  useEffect(() => {
    if (opened) seen.current = latest.current;
  }, [opened]);

  return async (act: (header: { 'If-Match': string }) => Promise<{ data?: ObjectDetail }>): Promise<ObjectDetail | undefined> => {
    try {
      const { data } = await act({ 'If-Match': `"${seen.current.tag}"` });
      if (data) {
        seen.current = data;
        client.setQueryData(objectQuery(object.object).queryKey, data);
      }
      await Promise.all([client.invalidateQueries({ queryKey: objectsKey }), client.invalidateQueries({ queryKey: listsKey })]);
      return data;
    } catch (error) {
      if (problemOf(error).status !== 412) throw error;
      const now = await client.fetchQuery({ ...objectQuery(object.object), staleTime: 0 });
      const parts = changedParts(seen.current.definition, now.definition);
      seen.current = now;
      throw new Problem(
        { status: 412, code: 'definition_changed', detail: words.objects.conflict(parts.join(', ') || words.objects.unknownPart) },
        error,
      );
    }
  };
}
