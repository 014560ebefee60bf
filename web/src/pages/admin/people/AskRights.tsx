import { Button, Group, NativeSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { problemOf } from '@/api/problem';
import { Card } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { type PersonDetail, roleLabel, roleObjectsQuery } from './queries';

const text = words.people.ask;

type Act = keyof typeof text.acts;
type InRole = Schema<'MayAnswer'>['roles'][number];

/** Asks whether a person may do something, and says why. */
export function AskRights({ person }: { person: PersonDetail }) {
  const objects = useQuery(roleObjectsQuery).data ?? [];
  const [act, setAct] = useState<Act>('read');
  const [object, setObject] = useState('');
  const [record, setRecord] = useState('');
  const [answer, setAnswer] = useState<Schema<'MayAnswer'>>();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);

  const ask = async (event: FormEvent) => {
    event.preventDefault();
    setAnswer(undefined);
    if (!object) return setFields({ object: text.chooseObject });
    setFields({});
    setBusy(true);
    try {
      const query = { object, act, record: act === 'create' ? undefined : record.trim() || undefined };
      setAnswer(await body(api.GET('/people/{id}/may', { params: { path: { id: person.id }, query } })));
    } catch (thrown) {
      const problem = problemOf(thrown);
      setFields(Object.keys(problem.fields).length > 0 ? problem.fields : { object: problem.message });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={text.title}>
      <form onSubmit={(event) => void ask(event)} noValidate>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {text.intro}
          </Text>
          <Group align="flex-start" gap="sm">
            <NativeSelect
              label={text.what}
              value={act}
              onChange={(e) => setAct(e.currentTarget.value as Act)}
              data={Object.entries(text.acts).map(([value, label]) => ({ value, label }))}
              error={fields.act}
            />
            <Select
              label={text.object}
              searchable
              value={object || null}
              onChange={(value) => setObject(value ?? '')}
              data={objects.map((o) => ({ value: o.object, label: o.label ? `${o.label} (${o.object})` : o.object }))}
              nothingFoundMessage={words.people.rights.noMatch}
              error={fields.object}
              limit={100}
              style={{ flex: '1 1 220px' }}
            />
            <TextInput
              label={`${text.record} (${words.state.optional})`}
              placeholder={text.recordHelp}
              value={record}
              onChange={(e) => setRecord(e.currentTarget.value)}
              disabled={act === 'create'}
              error={fields.record}
              style={{ flex: '1 1 180px' }}
            />
            <Button type="submit" variant="default" loading={busy} mt={25}>
              {text.act}
            </Button>
          </Group>
          {answer && <Answer answer={answer} />}
        </Stack>
      </form>
    </Card>
  );
}

function Answer({ answer }: { answer: Schema<'MayAnswer'> }) {
  return (
    <Stack gap="xs" role="status" aria-label={text.title}>
      <Group gap="xs">
        <Status tone={answer.allowed ? 'good' : 'off'}>{answer.allowed ? text.yes : text.no}</Status>
        {answer.title && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {text.about(answer.title)}
          </Text>
        )}
      </Group>
      {!answer.active && <Text size="sm">{text.inactive}</Text>}
      {answer.roles.length === 0 && <Text size="sm">{text.noRoles}</Text>}
      {answer.roles.map((r) => (
        <Why key={r.name} object={answer.object} role={r} />
      ))}
    </Stack>
  );
}

function Why({ object, role: r }: { object: string; role: InRole }) {
  const extent = text.extents[r.rows];
  const reason = {
    allowed: text.reasons.allowed(extent),
    no_right: text.reasons.no_right(object),
    record_outside: text.reasons.record_outside(extent),
    record_unknown: text.reasons.record_unknown,
  }[r.reason];
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {text.inRole(roleLabel(r))}
        </Text>
        <Status tone={r.allowed ? 'good' : 'off'}>{r.allowed ? text.yes : text.no}</Status>
      </Group>
      <Text size="sm">{reason}</Text>
      {r.gives.map((g) => (
        <Text key={g.role} size="xs" c="dimmed">
          {text.by(g.role, g.entry === '*' ? text.everyOther : g.entry, text.extents[g.rows])}
        </Text>
      ))}
      {r.hidden && r.hidden.length > 0 && (
        <Text size="xs" c="dimmed">
          {text.hidden(r.hidden.join(', '))}
        </Text>
      )}
      {r.read_only && r.read_only.length > 0 && (
        <Text size="xs" c="dimmed">
          {text.readOnly(r.read_only.join(', '))}
        </Text>
      )}
    </div>
  );
}
