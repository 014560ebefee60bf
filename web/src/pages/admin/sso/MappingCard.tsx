import { ActionIcon, Autocomplete, Button, Fieldset, Group, Select, Stack, Table, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Problem } from '@/api/problem';
import type { Tagged } from '@/api/tagged';
import { fieldsQuery } from '@/pages/admin/roles/queries';
import { CardTable } from '@/patterns/CardTable';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { type Mapping, type Provider, providersKey, putSettings, readProvider, type Settings, settingsOf } from './queries';
import { say } from './say';
import { useClaims } from './useClaims';

const text = sso.mapping;

/** Which claim fills which field of the person. */
export function MappingCard({ provider }: { provider: Tagged<Provider> }) {
  const [editing, setEditing] = useState(false);
  const mapping = provider.mapping ?? [];
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" leftSection={<IconPencil size={14} />} onClick={() => setEditing(true)}>
          {text.edit}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.intro}
        </Text>
        {mapping.length === 0 ? (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        ) : (
          <CardTable label={text.title} heads={[text.field, text.claim]} spacing={6}>
            {mapping.map((m) => (
              <Table.Tr key={`${m.field} ${m.claim}`}>
                <Table.Td className="mono" style={{ overflowWrap: 'normal', whiteSpace: 'nowrap' }}>
                  {m.field}
                </Table.Td>
                <Table.Td className="mono" data-long data-label={text.claim}>
                  <bdi>{m.claim}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </CardTable>
        )}
      </Stack>
      <EditMapping opened={editing} provider={provider} onClose={() => setEditing(false)} />
    </Card>
  );
}

interface Row extends Mapping {
  key: string;
}
type Draft = Omit<Settings, 'mapping'> & { mapping: Row[] };

const draftOf = (p: Provider): Draft => {
  const settings = settingsOf(p);
  return { ...settings, mapping: settings.mapping.map((m, i) => ({ key: `row ${i}`, field: m.field, claim: m.claim })) };
};

function EditMapping({ opened, provider, onClose }: { opened: boolean; provider: Tagged<Provider>; onClose: () => void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState<Record<string, string>>({});
  const made = useRef(0);
  const d = useDraft<Provider, Draft>({ opened, read: provider, draftOf, reload: () => readProvider(provider.id), say });
  const known = useQuery({ ...fieldsQuery('Employee'), enabled: opened }).data ?? [];
  const claims = useClaims(provider, opened);
  const rows = d.draft.mapping;
  const change = (mapping: Row[]) => d.change({ mapping });
  const set = (key: string, part: Partial<Mapping>) => change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const labels: Record<string, string> = sso.field;
  const leave = () => {
    setFields({});
    onClose();
  };

  const submit = async () => {
    setFields({});
    if (rows.some((row) => !row.field.trim() || !row.claim.trim()))
      throw new Problem({ status: 400, code: 'request_invalid', errors: [{ field: 'mapping', message: text.incomplete }] });
    const mapping = rows.map(({ field, claim }) => ({ field: field.trim(), claim: claim.trim() }));
    await d.save((_, tag) => putSettings(provider.id, tag, { ...d.draft, mapping }));
    await client.invalidateQueries({ queryKey: providersKey });
    done(words.state.saved);
    leave();
  };
  const names = known.map((f) => f.name);

  return (
    <Panel
      opened={opened}
      title={text.edit}
      submit={words.do.save}
      dirty={d.dirty}
      onSubmit={submit}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      <Text size="sm" c="dimmed">
        {text.intro}
      </Text>
      {fields.mapping && (
        <Text size="sm" c="var(--mantine-color-error)">
          {fields.mapping}
        </Text>
      )}
      {rows.length === 0 && <Text size="sm">{text.none}</Text>}
      {rows.map((row, i) => (
        <Fieldset key={row.key} legend={text.row(String(i + 1))} p="sm">
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <Select
              label={text.field}
              value={row.field || null}
              onChange={(field) => set(row.key, { field: field ?? '' })}
              data={[...new Set([...names, ...(row.field ? [row.field] : [])])]}
              searchable
              limit={100}
              style={{ flex: 1 }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={() => change(rows.filter((one) => one.key !== row.key))}
              aria-label={text.remove(row.field || text.row(String(i + 1)))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          <Autocomplete
            mt="xs"
            label={text.claim}
            value={row.claim}
            onChange={(claim) => set(row.key, { claim })}
            data={claims}
            limit={30}
            classNames={{ input: 'mono' }}
            spellCheck={false}
          />
        </Fieldset>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            made.current += 1;
            change([...rows, { key: `new ${made.current}`, field: '', claim: '' }]);
          }}
        >
          {text.add}
        </Button>
      </div>
    </Panel>
  );
}
