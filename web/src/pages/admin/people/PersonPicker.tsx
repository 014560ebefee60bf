import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { words } from '@/words';
import { nameOf, type Person, peopleKey } from './queries';

/** The people whose name, login or address has what was typed: the first twenty. */
export function useFoundPeople(search: string, enabled = true) {
  const [wanted] = useDebouncedValue(search, 200);
  return useQuery({
    queryKey: [...peopleKey, 'choice', wanted],
    queryFn: () => body(api.GET('/people', { params: { query: { search: wanted || undefined, active: 'true', limit: 20 } } })),
    enabled,
    placeholderData: keepPreviousData,
  });
}

interface Props extends Pick<SelectProps, 'label' | 'description' | 'error' | 'placeholder'> {
  /** What stands for the person: their RecId, or their login. */
  by?: 'id' | 'login';
  value: string;
  /** What the value that is there is called. */
  name: string;
  onChange: (value: string, person?: Person) => void;
  /** Who is not to be chosen. */
  without?: string;
}

/** Chooses a person: found by typing a part of their name, login or address. */
export function PersonPicker({ by = 'id', value, name, onChange, without, ...rest }: Props) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Person>();
  const current = value && { value, label: chosen?.[by] === value ? nameOf(chosen) : name || value };
  const found = useFoundPeople(current && typed === current.label ? '' : typed).data?.items ?? [];
  const people = found.filter((p) => p[by] && p.id !== without);
  const options = people.map((p) => ({ value: p[by] ?? '', label: nameOf(p) }));
  return (
    <Select
      {...rest}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.do.clear }}
      value={value || null}
      onChange={(next) => {
        const person = people.find((p) => p[by] === next);
        setChosen(person);
        onChange(next ?? '', person);
      }}
      searchValue={typed}
      onSearchChange={setTyped}
      data={current && !options.some((o) => o.value === current.value) ? [current, ...options] : options}
      filter={({ options: all }) => all}
      nothingFoundMessage={words.members.nobody}
    />
  );
}
