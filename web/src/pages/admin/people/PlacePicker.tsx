import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, body } from '@/api/client';
import { words } from '@/words';
import { whole } from './queries';

/** The records that people belong to, and where they are listed. */
const kinds = {
  locations: '/locations',
  units: '/org-units',
} as const;

interface Props extends Pick<SelectProps, 'label' | 'description' | 'error'> {
  of: keyof typeof kinds;
  /** RecId; "" where there is none. */
  value: string;
  /** What is there now is called so, also where it is no record. */
  name: string;
  onChange: (id: string) => void;
  /** Lets go of a name that is no record. */
  onClear?: () => void;
}

/** The value of a name that is none of the records. */
const loose = 'name';

/** Chooses a location or an organisational unit. */
export function PlacePicker({ of, value, name, onChange, onClear, ...rest }: Props) {
  const places =
    useQuery({
      queryKey: ['places', of],
      queryFn: () => whole((cursor) => body(api.GET(kinds[of], { params: { query: { limit: 200, cursor } } }))),
      staleTime: 60_000,
    }).data ?? [];
  const options = places.map((p) => ({ value: p.id, label: p.name }));
  if (!value && name) options.unshift({ value: loose, label: words.people.edit.unknown(name) });
  if (value && !options.some((o) => o.value === value)) options.unshift({ value, label: name || value });
  return (
    <Select
      {...rest}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.do.clear }}
      value={value || (name ? loose : null)}
      onChange={(next) => {
        if (next === loose) return;
        onChange(next ?? '');
        if (!next) onClear?.();
      }}
      data={options}
      nothingFoundMessage={words.people.edit.nothing}
      limit={100}
    />
  );
}
