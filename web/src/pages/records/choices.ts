import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { all, listRecords, literal } from '@/api/odata';
import { type Definition, type Field, fieldOf, type Option, statusField, type Values } from './definition';
import { nameOf } from './names';
import { objectQuery, recordsKey } from './queries';

/** The most records that a search offers at once. */
const most = 30;

/** How records are told from others of the same name: the number or the first column that says something else. */
export function callOf(def: Definition, record: Values): string {
  const name = nameOf(def, record);
  const status = statusField(def)?.name;
  const other = [def.number, ...def.list_columns]
    .filter(
      (column) => column && column !== def.title && column !== status && !/^(datetime|boolean)$/.test(fieldOf(def, column)?.type ?? ''),
    )
    .map((column) => record[column])
    .find((value) => value !== null && value !== undefined && value !== '' && String(value) !== name);
  return other === undefined ? name : `${name} (${String(other)})`;
}

/** What narrows a search for what is typed: full-text search where the object has searched fields, else its title. */
function narrowed(def: Definition, typed: string, filter?: string) {
  const words = typed.trim();
  if (!words) return { filter };
  if (def.fields.some((f) => f.searchable)) return { search: words.slice(0, 200), filter };
  const title = def.title || def.number;
  return { filter: all([title && `contains(${title},${literal(words)})`, filter]) };
}

/** Records to choose from while somebody types. value is the field that is stored; their key where it is not named. */
export function useChoices(set: string | undefined, typed: string, options: { filter?: string; value?: string; enabled?: boolean } = {}) {
  const client = useQueryClient();
  const [search] = useDebouncedValue(typed, 200);
  const { filter, value = 'RecId', enabled = true } = options;
  return useQuery({
    queryKey: [...recordsKey(set ?? ''), 'choices', search, filter, value],
    enabled: enabled && set !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    queryFn: async ({ signal }): Promise<Option[]> => {
      const def = await client.ensureQueryData(objectQuery(set ?? ''));
      const select = ['RecId', value, def.title, def.number, ...def.list_columns].filter(Boolean);
      const orderby = search.trim() || !def.title ? undefined : def.title;
      const page = await listRecords(set ?? '', { ...narrowed(def, search, filter), select, top: most, orderby, signal });
      const seen = new Set<string>();
      return page.items.flatMap((record): Option[] => {
        const stored = String(record[value] ?? '');
        if (!stored || seen.has(stored)) return [];
        seen.add(stored);
        return [{ value: stored, label: callOf(def, record) }];
      });
    },
  });
}

/** What of a list of records is offered, by what the record has in the fields that the list depends on. */
export function withinFilter(field: Field, values: Values): string | undefined {
  const parts = Object.entries(field.from?.within ?? {}).flatMap(([own, theirs]) => {
    const value = values[own];
    return value === null || value === undefined || value === '' ? [] : [`(${theirs} eq ${literal(String(value))} or ${theirs} eq null)`];
  });
  return all(parts);
}
