import { Anchor, Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { actingQuery, type PersonDetail } from './queries';

const text = words.people.acting;

/** The API keys and app registrations that act for a person. */
export function ActingKeys({ person }: { person: PersonDetail }) {
  const acting = useQuery(actingQuery(person.id));
  const rows = [
    ...(acting.data?.keys ?? []).map((k) => ({
      id: k.id,
      kind: text.key,
      what: k.description || k.group,
      to: '/admin/security-controls/api-keys',
      role: k.role,
      enabled: k.enabled,
      used: k.last_used_at,
    })),
    ...(acting.data?.registrations ?? []).map((r) => ({
      id: r.id,
      kind: text.registration,
      what: [r.application, r.description].filter(Boolean).join(', '),
      to: `/admin/app-registrations/${r.id}`,
      role: r.role,
      enabled: r.enabled,
      used: r.last_authenticated,
    })),
  ];
  return (
    <Card title={text.title}>
      {acting.isPending && <Skeleton height={60} />}
      {acting.isError && <ErrorState error={acting.error} retry={() => void acting.refetch()} />}
      {acting.isSuccess && rows.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.none}
        </Text>
      )}
      {rows.length > 0 && (
        <>
          {!person.active && (
            <Text size="sm" mb="xs">
              {text.dead}
            </Text>
          )}
          <Table.ScrollContainer minWidth={420}>
            <Table verticalSpacing={6} aria-label={text.title} style={{ overflowWrap: 'anywhere' }}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text.what}</Table.Th>
                  <Table.Th>{text.kind}</Table.Th>
                  <Table.Th>{text.inRole}</Table.Th>
                  <Table.Th>{text.used}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((r) => (
                  <Table.Tr key={r.id}>
                    <Table.Td>
                      <Anchor size="sm" fw={500} renderRoot={(props) => <Link to={r.to} {...props} />}>
                        {r.what}
                      </Anchor>{' '}
                      {!r.enabled && <Status tone="off">{words.state.disabled}</Status>}
                    </Table.Td>
                    <Table.Td>{r.kind}</Table.Td>
                    <Table.Td className="mono">{r.role || '–'}</Table.Td>
                    <Table.Td>
                      <Time at={r.used} none={words.state.never} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
    </Card>
  );
}
