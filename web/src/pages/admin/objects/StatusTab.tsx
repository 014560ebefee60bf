import { Alert, Button, Checkbox, Group, MultiSelect, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done, failed } from '@/patterns/notice';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { EmptyState } from '@/patterns/States';
import { words } from '@/words';
import classes from './objects.module.css';
import { allFields, type Definition, listQuery, nameOf, type ObjectDetail } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.status;

type Rule = NonNullable<Definition['status']>;

/** What a status means: the fields it needs, where a record may go from it. */
export function StatusTab({ object }: { object: ObjectDetail }) {
  const [making, setMaking] = useState(false);
  const fields = allFields(object).filter((f) => !f.type || f.type === 'text' || f.type === 'picklist');
  const [field, setField] = useState(fields.find((f) => /status|state/i.test(f.name) && f.list)?.name ?? '');
  const rule = object.definition.status;
  if (rule || making) {
    return (
      <RuleEditor key={rule ? 'rule' : field} object={object} rule={rule ?? { field }} isNew={!rule} onLeft={() => setMaking(false)} />
    );
  }
  return (
    <EmptyState
      icon={IconArrowsShuffle}
      title={text.none}
      act={
        !object.view && (
          <Group align="flex-end" justify="center">
            <NativeSelect
              label={text.field}
              value={field}
              onChange={(e) => setField(e.currentTarget.value)}
              data={[{ value: '', label: text.chooseField }, ...fields.map((f) => f.name)]}
              ta="start"
            />
            <Button disabled={!field} onClick={() => setMaking(true)}>
              {text.add}
            </Button>
          </Group>
        )
      }
    >
      {text.noneHelp} {object.extends && text.inherited(object.extends)}
    </EmptyState>
  );
}

/** The statuses that a rule speaks of and those of its list, each once. */
function statusesOf(rule: Rule, values: string[]): string[] {
  const out = [...values];
  const known = new Set(values.map((v) => v.toLowerCase()));
  const flow = Object.entries(rule.flow ?? {}).flatMap(([from, to]) => [from, ...to]);
  for (const one of [...flow, ...Object.keys(rule.required ?? {}), ...Object.keys(rule.stamp ?? {}), ...(rule.readOnly ?? [])]) {
    if (one === '*' || known.has(one.toLowerCase())) continue;
    known.add(one.toLowerCase());
    out.push(one);
  }
  return out;
}

/** The entry of a map by a status, whatever its case. */
const keyIn = (map: Record<string, unknown> | undefined, status: string) =>
  Object.keys(map ?? {}).find((key) => key.toLowerCase() === status.toLowerCase()) ?? status;

interface EditorProps {
  object: ObjectDetail;
  rule: Rule;
  isNew: boolean;
  onLeft: () => void;
}

function RuleEditor({ object, rule, isNew, onLeft }: EditorProps) {
  const names = allFields(object);
  const list = names.find((f) => f.name.toLowerCase() === rule.field.toLowerCase())?.list;
  const values = useQuery({ ...listQuery(list ?? ''), enabled: Boolean(list) }).data?.values.map((v) => v.value) ?? [];
  const [draft, setDraft] = useState<Rule>(rule);
  const [base, setBase] = useState(rule);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const dirty = isNew || JSON.stringify(draft) !== JSON.stringify(base);
  const change = useVersion(object, !dirty);
  const statuses = statusesOf(draft, values);
  const path = { object: nameOf(object.object) };

  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await change((header) => api.PATCH('/objects/{object}', { params: { path, header }, body: { status: draft } }));
      setBase(draft);
      done(words.state.saved);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    await change((header) => api.DELETE('/objects/{object}/status', { params: { path, header } }));
    done(words.state.saved);
    setRemoving(false);
    onLeft();
  };
  const goes = (from: string) => draft.flow?.[keyIn(draft.flow, from)];
  const toggle = (from: string, to: string, on: boolean) => {
    const key = keyIn(draft.flow, from);
    const before = (draft.flow?.[key] ?? []).filter((s) => s.toLowerCase() !== to.toLowerCase());
    setDraft({ ...draft, flow: { ...draft.flow, [key]: on ? [...before, to] : before } });
  };
  const drawn = Object.keys(draft.flow ?? {}).length > 0;
  const draw = () => setDraft({ ...draft, flow: Object.fromEntries(statuses.map((from) => [from, statuses.filter((s) => s !== from)])) });
  const clear = () => setDraft({ ...draft, flow: undefined });
  const need = (status: string, fields: string[]) => {
    const { [keyIn(draft.required, status)]: _, ...rest } = draft.required ?? {};
    setDraft({ ...draft, required: fields.length > 0 ? { ...rest, [status]: fields } : rest });
  };
  const lock = (status: string, on: boolean) => {
    const rest = (draft.readOnly ?? []).filter((s) => s.toLowerCase() !== status.toLowerCase());
    setDraft({ ...draft, readOnly: on ? [...rest, status] : rest });
  };
  const locked = (status: string) => (draft.readOnly ?? []).some((s) => s.toLowerCase() === status.toLowerCase());

  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Text size="sm">
          {text.field}: <span className="mono">{draft.field}</span>
        </Text>
        <Group gap="xs">
          {dirty && (
            <Text size="sm" c="dimmed" role="status">
              {text.unsaved}
            </Text>
          )}
          {dirty && (
            <Button
              variant="default"
              onClick={() => {
                setDraft(base);
                setError(undefined);
                if (isNew) onLeft();
              }}
            >
              {words.do.discard}
            </Button>
          )}
          <Button onClick={() => void save()} loading={busy} disabled={!dirty}>
            {words.do.save}
          </Button>
          {!isNew && (
            <Button variant="default" onClick={() => setRemoving(true)}>
              {text.remove}
            </Button>
          )}
        </Group>
      </Group>
      <ProblemText error={error} />
      {!object.custom && <Alert variant="light">{text.stockNote}</Alert>}
      {statuses.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.noValues}
        </Text>
      )}
      {statuses.length > 0 && (
        <>
          <Card
            title={text.flow}
            act={
              <Button size="compact-sm" variant="default" onClick={drawn ? clear : draw}>
                {drawn ? text.clear : text.draw}
              </Button>
            }
          >
            <Text size="sm" c="dimmed" mb="xs">
              {text.flowHelp}
            </Text>
            <Enforcement />
            {!drawn && (
              <Text size="sm" role="status">
                {text.noFlow}
              </Text>
            )}
            {drawn && <Flow statuses={statuses} goes={goes} toggle={toggle} />}
          </Card>
          <Card title={text.needs}>
            <Stack gap="md">
              {['*', ...statuses].map((status) => (
                <Group key={status} align="flex-end" gap="md">
                  <MultiSelect
                    label={status === '*' ? text.every : status}
                    aria-label={text.requiredIn(status === '*' ? text.every : status)}
                    placeholder={text.required}
                    value={draft.required?.[keyIn(draft.required, status)] ?? []}
                    onChange={(fields) => need(status, fields)}
                    data={[...new Set([...names.map((f) => f.name), ...(draft.required?.[keyIn(draft.required, status)] ?? [])])]}
                    searchable
                    flex={1}
                    miw={220}
                  />
                  {status !== '*' && (
                    <Checkbox
                      mb={8}
                      label={text.readOnly}
                      aria-label={text.readOnlyIn(status)}
                      checked={locked(status)}
                      onChange={(e) => lock(status, e.currentTarget.checked)}
                    />
                  )}
                </Group>
              ))}
            </Stack>
          </Card>
        </>
      )}
      {Object.keys(draft.stamp ?? {}).length > 0 && (
        <Card title={text.stamps}>
          <Text size="sm" c="dimmed" mb="xs">
            {text.stampsHelp}
          </Text>
          {Object.entries(draft.stamp ?? {}).map(([status, sets]) => (
            <Text key={status} size="sm">
              {status}:{' '}
              <span className="mono">
                {Object.entries(sets)
                  .map(([field, value]) => `${field} = ${value}`)
                  .join(', ')}
              </span>
            </Text>
          ))}
        </Card>
      )}
      <Confirm opened={removing} title={text.removeTitle} act={text.remove} onConfirm={remove} onClose={() => setRemoving(false)}>
        {text.removeEffect}
      </Confirm>
    </Stack>
  );
}

interface FlowProps {
  statuses: string[];
  goes: (from: string) => string[] | undefined;
  toggle: (from: string, to: string, on: boolean) => void;
}

/** The flow as a table: where a record is, by where it goes. */
function Flow({ statuses, goes, toggle }: FlowProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className={classes.frame} tabIndex={0} aria-label={text.flowTable}>
      <Table className={classes.matrix} withColumnBorders aria-label={text.flow} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.from}</Table.Th>
            {statuses.map((to) => (
              <Table.Th key={to} scope="col">
                {to}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {statuses.map((from) => (
            <Table.Tr key={from}>
              <Table.Th scope="row">{from}</Table.Th>
              {statuses.map((to) => (
                <Table.Td key={to}>
                  {to !== from && (
                    <Checkbox
                      className={classes.tick}
                      aria-label={text.fromTo(from, to)}
                      checked={goes(from)?.some((s) => s.toLowerCase() === to.toLowerCase()) ?? false}
                      onChange={(e) => toggle(from, to, e.currentTarget.checked)}
                    />
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

const setting = 'odata.transitions';
const settingKey = ['settings', setting] as const;

/** Whether the tenant enforces the flow, and the way to change that. */
function Enforcement() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: settingKey,
    queryFn: () => body(api.GET('/settings/{name}', { params: { path: { name: setting } } })),
  });
  if (!query.data) return null;
  const enforced = query.data.value === 'enforce';
  const turn = async () => {
    try {
      await api.PATCH('/settings/{name}', { params: { path: { name: setting } }, body: { value: enforced ? 'free' : 'enforce' } });
      await client.invalidateQueries({ queryKey: ['settings'] });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Alert variant="light" mb="sm" color={enforced ? undefined : 'yellow'}>
      <Group justify="space-between">
        <div>
          <Text size="sm">{enforced ? text.enforced : text.free}</Text>
          <Text size="sm" c="dimmed">
            {text.enforceHelp}
          </Text>
        </div>
        <Button size="compact-sm" variant="default" onClick={() => void turn()}>
          {enforced ? text.release : text.enforce}
        </Button>
      </Group>
    </Alert>
  );
}
