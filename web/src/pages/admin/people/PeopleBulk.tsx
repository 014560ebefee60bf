import { NativeSelect, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { BulkRun } from '@/patterns/BulkRun';
import { count, words } from '@/words';
import { allGroupsQuery, allRolesQuery, allTeamsQuery, type Person, peopleKey, roleLabel } from './queries';

const text = words.people.bulk;

/** What can be done to many people at once. */
export type PeopleAct = 'activate' | 'deactivate' | 'team' | 'group' | 'role';

/** Does something to all people that are ticked, and says of each what became of it. */
export function PeopleBulk({ act, people, onClose }: { act: PeopleAct | undefined; people: Person[]; onClose: () => void }) {
  const client = useQueryClient();
  const teams = useQuery({ ...allTeamsQuery, enabled: act === 'team' }).data ?? [];
  const groups = useQuery({ ...allGroupsQuery, enabled: act === 'group' }).data ?? [];
  const roles = useQuery({ ...allRolesQuery, enabled: act === 'role' }).data ?? [];
  const [chosen, setChosen] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another act begins anew
  useEffect(() => setChosen(''), [act]);
  const n = count(people.length, words.people.one, words.people.many);

  const run = (person: Person): Promise<unknown> => {
    const path = { id: person.id };
    switch (act) {
      case 'activate':
        return api.POST('/people/{id}/activate', { params: { path } });
      case 'deactivate':
        return api.POST('/people/{id}/deactivate', { params: { path } });
      case 'team':
        return api.PUT('/teams/{id}/members/{person}', { params: { path: { id: chosen, person: person.id } } });
      case 'group':
        return api.PUT('/groups/{id}/members/{person}', { params: { path: { id: chosen, person: person.id } } });
      default:
        return api.PUT('/people/{id}/roles/{role}', { params: { path: { ...path, role: chosen } } });
    }
  };
  const choice = (label: string, first: string, data: { value: string; label: string }[]) => (
    <NativeSelect
      label={label}
      value={chosen}
      onChange={(e) => setChosen(e.currentTarget.value)}
      data={[{ value: '', label: first }, ...data]}
      data-autofocus
    />
  );
  const parts = {
    activate: { title: text.activateTitle(n), act: text.activate, effect: text.activateEffect, choose: undefined },
    deactivate: { title: text.deactivateTitle(n), act: text.deactivate, effect: text.deactivateEffect, choose: undefined },
    team: {
      title: text.teamTitle(n),
      act: text.team,
      effect: text.teamEffect,
      choose: choice(
        words.people.team,
        text.chooseTeam,
        teams.map((t) => ({ value: t.id, label: t.name })),
      ),
    },
    group: {
      title: text.groupTitle(n),
      act: text.group,
      effect: undefined,
      choose: choice(
        words.people.inGroups.title,
        text.chooseGroup,
        groups.map((g) => ({ value: g.id, label: g.name })),
      ),
    },
    role: {
      title: text.roleTitle(n),
      act: text.role,
      effect: text.roleEffect,
      choose: choice(
        words.people.roles.role,
        words.people.panel.chooseRole,
        roles.map((r) => ({ value: r.name, label: roleLabel(r) })),
      ),
    },
  }[act ?? 'activate'];

  return (
    <BulkRun
      opened={act !== undefined}
      title={parts.title}
      act={parts.act}
      rows={people}
      rowId={(p) => p.id}
      rowName={(p) => p.name}
      run={run}
      ready={!parts.choose || chosen !== ''}
      danger={act === 'deactivate'}
      onClose={(done) => {
        onClose();
        if (done === 0) return;
        for (const key of [peopleKey, ['teams'], ['groups'], ['roles']]) void client.invalidateQueries({ queryKey: key });
      }}
    >
      {parts.choose}
      {parts.effect && <Text size="sm">{parts.effect}</Text>}
    </BulkRun>
  );
}
