import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { PersonPicker } from '@/pages/admin/people/PersonPicker';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { teamsKey } from './queries';

const text = words.teams;

const blank = { name: '', description: '', manager: '', email: '', phone: '' };

type Draft = typeof blank;

const labels: Record<keyof Draft, string> = {
  name: text.name,
  description: text.description,
  manager: text.manager,
  email: text.email,
  phone: text.phone,
};

/** A new team; its page follows, where members are added. */
export function NewTeam({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<Draft>(blank);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setFields({});
  }, [opened]);

  const submit = async () => {
    const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== '')) as Partial<Draft>;
    const team = await body(api.POST('/teams', { body: { ...given, name: draft.name } }));
    await client.invalidateQueries({ queryKey: teamsKey });
    done(text.made(team.name));
    onClose();
    await navigate({ to: `/admin/teams/${team.id}` });
  };
  const line = (name: Exclude<keyof Draft, 'manager'>) => (
    <TextInput
      label={`${labels[name]} (${name === 'name' ? words.state.required : words.state.optional})`}
      value={draft[name]}
      onChange={(e) => {
        const value = e.currentTarget.value;
        setDraft((before) => ({ ...before, [name]: value }));
      }}
      error={fields[name]}
      data-autofocus={name === 'name' || undefined}
    />
  );

  return (
    <Panel
      opened={opened}
      title={text.new}
      submit={text.create}
      dirty={Object.values(draft).some((value) => value !== '')}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setFields}
    >
      {line('name')}
      {line('description')}
      <PersonPicker
        by="login"
        label={`${labels.manager} (${words.state.optional})`}
        description={text.managerChoice}
        value={draft.manager}
        name={draft.manager}
        onChange={(manager) => setDraft((before) => ({ ...before, manager }))}
        error={fields.manager}
      />
      {line('email')}
      {line('phone')}
    </Panel>
  );
}
