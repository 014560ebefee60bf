import { Anchor, Group, Table, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CopyButton } from '@/patterns/CopyButton';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { exactTime, Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { entryQuery, isNothing, valueText } from './queries';

const text = words.audit;

/** One entry of the audit trail: every field before and after; who, when and from where. */
export default function AuditEntry() {
  const { seq } = useParams({ strict: false });
  const { data: entry } = useSuspenseQuery(entryQuery(Number(seq)));
  const changes = Object.entries(entry.changes ?? {}).sort(([a], [b]) => a.localeCompare(b));

  return (
    <RecordPage
      within={{ label: words.pages.audit, to: '/admin/audit-log' }}
      title={text.entry(number(entry.seq))}
      subtitle={
        <>
          <span className="mono">{entry.action}</span>
          {entry.label && ` · ${entry.label}`} · <Time at={entry.at} />
        </>
      }
      status={entry.erased && <Status tone="off">{text.erasedShort}</Status>}
      aside={
        <Card title={text.facts}>
          <Facts
            facts={[
              [text.when, exactTime(entry.at)],
              [text.who, entry.login],
              [text.kind, entry.actor_kind],
              [text.address, <Mono key="address" value={entry.address} />],
              [text.what, entry.label],
              [text.flags, entry.flags?.join(', ')],
              [text.object, entry.object],
              [text.target, <Mono key="target" value={entry.target} label={text.target} />],
              [text.actor, <Mono key="actor" value={entry.actor} label={text.actor} />],
              [text.credential, <Mono key="credential" value={entry.credential} label={text.credential} />],
              [text.request, <Mono key="request" value={entry.request_id} label={text.request} />],
            ]}
          />
          <Group gap="md" mt="md">
            {entry.target && <Others by={{ target: entry.target }}>{text.ofTarget}</Others>}
            {(entry.actor || entry.login) && <Others by={{ actor: entry.actor || entry.login || '' }}>{text.ofActor}</Others>}
          </Group>
        </Card>
      }
    >
      <Card title={text.changes}>
        {changes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {entry.erased ? text.erased : text.noChanges}
          </Text>
        ) : (
          <Table verticalSpacing={6} layout="fixed" aria-label={text.changes} style={{ overflowWrap: 'anywhere' }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="28%">{text.field}</Table.Th>
                <Table.Th>{text.before}</Table.Th>
                <Table.Th>{text.after}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map(([field, [before, after]]) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row">{field}</Table.Th>
                  <Table.Td>
                    <Value value={before} />
                  </Table.Td>
                  <Table.Td>
                    <Value value={after} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Card>
    </RecordPage>
  );
}

function Value({ value }: { value: unknown }) {
  return isNothing(value) ? (
    <Text span inherit c="dimmed" fs="italic">
      {valueText(value)}
    </Text>
  ) : (
    <span style={{ whiteSpace: 'pre-wrap' }}>{valueText(value)}</span>
  );
}

/** An id or address, with a button to copy it where it has a label. */
function Mono({ value, label }: { value: string | undefined; label?: string }) {
  if (!value) return '–';
  return (
    <Group gap={4} wrap="nowrap">
      <span className="mono">{value}</span>
      {label && <CopyButton value={value} label={label} />}
    </Group>
  );
}

function Others({ by, children }: { by: Record<string, string>; children: string }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/admin/audit-log" search={by} {...props} />}>
      {children}
    </Anchor>
  );
}
