import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { allRolesQuery, allTeamsQuery, peopleKey, roleLabel } from './queries';

const text = words.people;

const blank = { first_name: '', last_name: '', login: '', email: '', title: '', department: '', phone: '', role: '', team: '' };

type Draft = typeof blank;

const labels: Record<keyof Draft, string> = {
  first_name: text.firstName,
  last_name: text.lastName,
  login: text.login,
  email: text.email,
  title: text.jobTitle,
  department: text.department,
  phone: text.phone,
  role: text.panel.role,
  team: text.team,
};

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (setup: Schema<'PersonSetup'> & { name: string }) => void;
}

/** A new person who may sign in, with a first role. */
export function NewPerson({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const roles = useQuery({ ...allRolesQuery, enabled: opened }).data ?? [];
  const teams = useQuery({ ...allTeamsQuery, enabled: opened }).data ?? [];
  const [draft, setDraft] = useState<Draft>(blank);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setFields({});
  }, [opened]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  const submit = async () => {
    const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== '')) as Partial<Draft>;
    const setup = await body(api.POST('/people', { body: { ...given, login: draft.login, role: draft.role } }));
    await client.invalidateQueries({ queryKey: peopleKey });
    onMade({ ...setup, name: [draft.first_name, draft.last_name].filter(Boolean).join(' ') || setup.login });
  };
  const line = (name: Exclude<keyof Draft, 'role' | 'team'>, help?: string, required = false, first = false) => (
    <TextInput
      label={`${labels[name]} (${required ? words.state.required : words.state.optional})`}
      description={help}
      value={draft[name]}
      onChange={(e) => change({ [name]: e.currentTarget.value })}
      error={fields[name]}
      autoComplete="off"
      data-autofocus={first || undefined}
    />
  );

  return (
    <Panel
      opened={opened}
      title={text.panel.title}
      submit={text.panel.act}
      dirty={JSON.stringify(draft) !== JSON.stringify(blank)}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setFields}
    >
      {line('first_name', undefined, false, true)}
      {line('last_name')}
      {line('login', text.panel.loginHelp, true)}
      <NativeSelect
        label={`${labels.role} (${words.state.required})`}
        description={text.panel.roleHelp}
        value={draft.role}
        onChange={(e) => change({ role: e.currentTarget.value })}
        data={[{ value: '', label: text.panel.chooseRole }, ...roles.map((r) => ({ value: r.name, label: roleLabel(r) }))]}
        error={fields.role}
      />
      {line('email', text.panel.emailHelp)}
      <NativeSelect
        label={`${labels.team} (${words.state.optional})`}
        value={draft.team}
        onChange={(e) => change({ team: e.currentTarget.value })}
        data={[{ value: '', label: text.noTeam }, ...teams.map((t) => t.name)]}
        error={fields.team}
      />
      {line('title')}
      {line('department')}
      {line('phone')}
    </Panel>
  );
}
