import { Autocomplete, Checkbox, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import type { Tagged } from '@/api/tagged';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { PersonPicker } from './PersonPicker';
import { PlacePicker } from './PlacePicker';
import { allTeamsQuery, type PersonDetail, peopleKey, readPerson, whole } from './queries';

const text = words.people;

const draftOf = (p: PersonDetail) => ({
  first_name: p.first_name ?? '',
  middle_name: p.middle_name ?? '',
  last_name: p.last_name ?? '',
  name: p.name,
  title: p.title ?? '',
  email: p.email ?? '',
  phone: p.phone ?? '',
  mobile_phone: p.mobile_phone ?? '',
  department: p.department ?? '',
  team: p.team ?? '',
  manager_id: p.manager_id ?? '',
  location_id: p.location_id ?? '',
  location: p.location_id ? '' : (p.location ?? ''),
  org_unit_id: p.org_unit_id ?? '',
  org_unit: p.org_unit_id ? '' : (p.org_unit ?? ''),
  login: p.login ?? '',
  status: p.status,
  password_sign_in: p.password_sign_in,
  external_sign_in: p.external_sign_in,
});

type Draft = ReturnType<typeof draftOf>;
type Line = 'first_name' | 'middle_name' | 'last_name' | 'name' | 'title' | 'email' | 'phone' | 'mobile_phone' | 'login';

const labels: Record<keyof Draft, string> = {
  first_name: text.firstName,
  middle_name: text.middleName,
  last_name: text.lastName,
  name: text.fullName,
  title: text.jobTitle,
  email: text.email,
  phone: text.phone,
  mobile_phone: text.mobilePhone,
  department: text.department,
  team: text.team,
  manager_id: text.manager,
  location_id: text.location,
  location: text.location,
  org_unit_id: text.orgUnit,
  org_unit: text.orgUnit,
  login: text.login,
  status: text.status,
  password_sign_in: text.edit.password,
  external_sign_in: text.edit.external,
};

/** A value as people read it in what others have changed. */
function say(field: keyof Draft, value: unknown, read: PersonDetail): string {
  if (typeof value === 'boolean') return value ? words.state.yes : words.state.no;
  if (field === 'manager_id') return read.manager_name ?? '';
  if (field === 'location_id') return value ? (read.location ?? '') : '';
  if (field === 'org_unit_id') return value ? (read.org_unit ?? '') : '';
  return String(value);
}

/** Edits what is known of a person, and how they may sign in. */
export function EditPerson({ opened, person, onClose }: { opened: boolean; person: Tagged<PersonDetail>; onClose: () => void }) {
  const client = useQueryClient();
  const teams = useQuery({ ...allTeamsQuery, enabled: opened }).data ?? [];
  const departments = useQuery({
    queryKey: ['places', 'departments'],
    queryFn: () => whole((cursor) => body(api.GET('/departments', { params: { query: { limit: 200, cursor } } }))),
    enabled: opened,
  }).data;
  const [fields, setFields] = useState<Record<string, string>>({});
  const d = useDraft({ opened, read: person, draftOf, told: ['Employee', person.id], reload: () => readPerson(person.id), say });

  const leave = () => {
    setFields({});
    onClose();
  };
  const submit = async () => {
    setFields({});
    await d.save(({ status, ...rest }, header) =>
      api.PATCH('/people/{id}', {
        params: { path: { id: person.id }, header },
        body: { ...rest, ...(status && { status: status as Schema<'PersonChanges'>['status'] }) },
      }),
    );
    await client.invalidateQueries({ queryKey: peopleKey });
    done(words.state.saved);
    leave();
  };
  const line = (name: Line, help?: string) => (
    <TextInput
      label={labels[name]}
      description={help}
      value={d.draft[name]}
      onChange={(e) => d.change({ [name]: e.currentTarget.value })}
      error={fields[name]}
      autoComplete="off"
      data-autofocus={name === 'first_name' || undefined}
    />
  );
  const teamNames = [...new Set([...teams.map((t) => t.name), ...(d.draft.team ? [d.draft.team] : [])])];

  return (
    <Panel
      opened={opened}
      title={text.edit.title}
      submit={words.do.save}
      dirty={d.dirty}
      onSubmit={submit}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      <Part>{text.edit.names}</Part>
      {line('first_name')}
      {line('middle_name')}
      {line('last_name')}
      {line('name', text.fullNameHelp)}
      {line('title')}
      {person.email_from ? (
        <TextInput
          label={labels.email}
          description={text.edit.emailFrom(person.email_from)}
          value={d.draft.email}
          readOnly
          error={fields.email}
          variant="filled"
        />
      ) : (
        line('email')
      )}
      {line('phone')}
      {line('mobile_phone')}
      <Part>{text.edit.place}</Part>
      <NativeSelect
        label={labels.team}
        value={d.draft.team}
        onChange={(e) => d.change({ team: e.currentTarget.value })}
        data={[{ value: '', label: text.noTeam }, ...teamNames]}
        error={fields.team}
      />
      <PersonPicker
        label={labels.manager_id}
        description={text.edit.managerHelp}
        value={d.draft.manager_id}
        name={person.manager_name ?? ''}
        without={person.id}
        onChange={(manager_id) => d.change({ manager_id })}
        error={fields.manager_id}
      />
      <Autocomplete
        label={labels.department}
        value={d.draft.department}
        onChange={(department) => d.change({ department })}
        data={[...new Set((departments ?? []).map((p) => p.name))]}
        error={fields.department}
        limit={50}
      />
      <PlacePicker
        of="locations"
        label={labels.location}
        description={text.edit.locationHelp}
        value={d.draft.location_id}
        name={d.draft.location_id ? (person.location ?? '') : d.draft.location}
        onChange={(location_id) => d.change({ location_id, ...(location_id && { location: '' }) })}
        onClear={() => d.change({ location: '' })}
        error={fields.location_id ?? fields.location}
      />
      <PlacePicker
        of="units"
        label={labels.org_unit}
        description={text.edit.orgUnitHelp}
        value={d.draft.org_unit_id}
        name={d.draft.org_unit_id ? (person.org_unit ?? '') : d.draft.org_unit}
        onChange={(org_unit_id) => d.change({ org_unit_id, ...(org_unit_id && { org_unit: '' }) })}
        onClear={() => d.change({ org_unit: '' })}
        error={fields.org_unit_id ?? fields.org_unit}
      />
      <Part>{text.edit.signIn}</Part>
      <Text size="sm" c="dimmed">
        {text.edit.proof}
      </Text>
      {line('login', text.panel.loginHelp)}
      <NativeSelect
        label={labels.status}
        description={text.edit.statusHelp}
        value={d.draft.status}
        onChange={(e) => d.change({ status: e.currentTarget.value })}
        data={Object.entries(text.statuses).map(([value, label]) => ({ value, label }))}
        error={fields.status}
      />
      <Checkbox
        label={labels.password_sign_in}
        checked={d.draft.password_sign_in}
        onChange={(e) => d.change({ password_sign_in: e.currentTarget.checked })}
      />
      <Checkbox
        label={labels.external_sign_in}
        checked={d.draft.external_sign_in}
        onChange={(e) => d.change({ external_sign_in: e.currentTarget.checked })}
      />
    </Panel>
  );
}

const Part = ({ children }: { children: string }) => (
  <Title order={3} size="sm" mt="xs">
    {children}
  </Title>
);
