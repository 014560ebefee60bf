import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { Problem } from '@/api/problem';
import { type Person, peopleKey } from '@/pages/admin/people/queries';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Team, teamsKey } from './queries';

const text = words.teams;

/** Puts a person into a team: people are found by typing a part of their name, login or address. */
export function AddMember({ opened, team, onClose }: { opened: boolean; team: Team; onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Person>();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [search] = useDebouncedValue(chosen && typed === nameOf(chosen) ? '' : typed, 200);
  const found = useQuery({
    queryKey: [...peopleKey, 'choice', search],
    queryFn: () => body(api.GET('/people', { params: { query: { search: search || undefined, active: 'true', limit: 20 } } })),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (!opened) return;
    setTyped('');
    setChosen(undefined);
    setFields({});
  }, [opened]);
  const others = (found.data?.items ?? []).filter((p) => p.team !== team.name);
  const people = chosen && !others.some((p) => p.id === chosen.id) ? [chosen, ...others] : others;

  const submit = async () => {
    if (!chosen) throw new Problem({ status: 400, code: 'person_missing', errors: [{ field: 'person', message: text.choosePerson }] });
    await api.PUT('/teams/{id}/members/{person}', { params: { path: { id: team.id, person: chosen.id } } });
    await Promise.all([client.invalidateQueries({ queryKey: teamsKey }), client.invalidateQueries({ queryKey: peopleKey })]);
    done(text.added(chosen.name));
    onClose();
  };

  return (
    <Panel
      opened={opened}
      title={text.addTitle}
      submit={text.add}
      dirty={chosen !== undefined}
      onSubmit={submit}
      onClose={onClose}
      labels={{ person: text.person }}
      onFieldErrors={setFields}
    >
      <Select
        label={`${text.person} (${words.state.required})`}
        description={text.personHelp}
        searchable
        value={chosen?.id ?? null}
        onChange={(id) => setChosen(people.find((p) => p.id === id))}
        searchValue={typed}
        onSearchChange={setTyped}
        data={people.map((p) => ({ value: p.id, label: nameOf(p) }))}
        filter={({ options }) => options}
        nothingFoundMessage={text.nobody}
        error={fields.person}
        data-autofocus
      />
    </Panel>
  );
}

/** How a person is told from others of the same name. */
function nameOf(p: Person): string {
  const place = p.team && text.inTeam(p.team);
  const more = [p.login, place].filter(Boolean).join(', ');
  return more ? `${p.name} (${more})` : p.name;
}
