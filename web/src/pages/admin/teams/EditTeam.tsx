import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body as bodyOf } from '@/api/client';
import type { Tagged } from '@/api/tagged';
import { PersonPicker } from '@/pages/admin/people/PersonPicker';
import { PlacePicker } from '@/pages/admin/people/PlacePicker';
import { peopleKey } from '@/pages/admin/people/queries';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { readTeam, type Team, teamsKey } from './queries';

const text = words.teams;

const draftOf = (t: Team) => ({
  name: t.name,
  description: t.description ?? '',
  manager: t.manager ?? '',
  org_unit_id: t.org_unit_id ?? '',
  email: t.email ?? '',
  phone: t.phone ?? '',
  external_reference: t.external_reference ?? '',
  active: t.active,
});

const labels: Record<keyof ReturnType<typeof draftOf>, string> = {
  name: text.name,
  description: text.description,
  manager: text.manager,
  org_unit_id: text.orgUnit,
  email: text.email,
  phone: text.phone,
  external_reference: text.reference,
  active: text.active,
};

/** Edits a team. */
export function EditTeam({ opened, team, onClose }: { opened: boolean; team: Tagged<Team>; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [fields, setFields] = useState<Record<string, string>>({});
  const d = useDraft({
    opened,
    read: team,
    draftOf,
    told: ['StandardUserTeam', team.id],
    reload: () => readTeam(team.id),
    say: (field, value, read) =>
      field === 'active' ? (value ? words.state.yes : words.state.no) : field === 'org_unit_id' ? (read.org_unit ?? '') : String(value),
  });

  const leave = () => {
    setFields({});
    onClose();
  };
  const reload = () => Promise.all([client.invalidateQueries({ queryKey: teamsKey }), client.invalidateQueries({ queryKey: peopleKey })]);
  const make = async () => {
    const given = Object.fromEntries(Object.entries(d.draft).filter(([, value]) => value !== '')) as Partial<typeof d.draft>;
    const made = await bodyOf(api.POST('/teams', { body: { ...given, name: d.draft.name } }));
    done(text.made(made.name));
    await navigate({ to: `/admin/teams/${made.id}` });
    await reload();
    leave();
  };
  const submit = async () => {
    await d.save((body, header) => api.PATCH('/teams/{id}', { params: { path: { id: team.id }, header }, body }));
    await reload();
    done(words.state.saved);
    leave();
  };
  const line = (name: 'name' | 'email' | 'phone' | 'external_reference') => (
    <TextInput
      label={name === 'name' ? `${labels.name} (${words.state.required})` : labels[name]}
      value={d.draft[name]}
      onChange={(e) => d.change({ [name]: e.currentTarget.value })}
      error={fields[name]}
      data-autofocus={name === 'name' || undefined}
    />
  );

  return (
    <Panel
      opened={opened}
      title={text.edit}
      submit={words.do.save}
      dirty={d.dirty}
      onSubmit={submit}
      onAnew={make}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      {line('name')}
      <Textarea
        label={labels.description}
        value={d.draft.description}
        onChange={(e) => d.change({ description: e.currentTarget.value })}
        error={fields.description}
        autosize
        minRows={2}
        maxRows={8}
      />
      <PersonPicker
        by="login"
        label={labels.manager}
        description={text.managerChoice}
        value={d.draft.manager}
        name={d.draft.manager}
        onChange={(manager) => d.change({ manager })}
        error={fields.manager}
      />
      <PlacePicker
        of="units"
        label={labels.org_unit_id}
        value={d.draft.org_unit_id}
        name={d.draft.org_unit_id ? (team.org_unit ?? '') : ''}
        onChange={(org_unit_id) => d.change({ org_unit_id })}
        error={fields.org_unit_id}
      />
      {line('email')}
      {line('phone')}
      {line('external_reference')}
      <Checkbox
        label={labels.active}
        description={text.activeHelp}
        checked={d.draft.active}
        onChange={(e) => d.change({ active: e.currentTarget.checked })}
      />
    </Panel>
  );
}
