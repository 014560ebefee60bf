import { Anchor, Button, Group, Skeleton, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Page } from '@/api/client';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { words } from '@/words';
import type { Person } from './queries';

const text = words.members;

interface Props {
  title: string;
  none: string;
  queryKey: readonly unknown[];
  load: (query: { cursor?: string; limit: number; search?: string }) => Promise<Page<Person>>;
  /** Whether load looks for what is typed. */
  searchable?: boolean;
  remove: (person: Person) => void;
}

/** Who is in a team or a group, a page at a time, with an act to take somebody out. */
export function MembersCard({ title, none, queryKey, load, searchable, remove }: Props) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const members = useInfiniteQuery({
    queryKey: [...queryKey, search],
    queryFn: ({ pageParam }) => load({ cursor: pageParam || undefined, limit: 50, search: search || undefined }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const rows = members.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={title}>
      {searchable && (rows.length > 10 || typed) && (
        <TextInput
          type="search"
          aria-label={text.find}
          placeholder={text.find}
          value={typed}
          onChange={(e) => setTyped(e.currentTarget.value)}
          maw={260}
          mb="sm"
        />
      )}
      {members.isPending && <Skeleton height={120} />}
      {members.isError && <ErrorState error={members.error} retry={() => void members.refetch()} />}
      {members.isSuccess && rows.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {typed ? text.nobody : none}
        </Text>
      )}
      {rows.length > 0 && (
        <Table verticalSpacing="xs" aria-label={title} style={{ overflowWrap: 'anywhere' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.people.name}</Table.Th>
              <Table.Th visibleFrom="sm">{words.people.jobTitle}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{words.list.actions}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((p) => (
              <Table.Tr key={p.id}>
                <Table.Td>
                  <Anchor size="sm" fw={500} renderRoot={(props) => <Link to={`/admin/people/${p.id}`} {...props} />}>
                    {p.name}
                  </Anchor>
                  <Text size="xs" c="dimmed" className="mono">
                    {p.login}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">{p.title}</Table.Td>
                <Table.Td ta="end">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => remove(p)}
                    aria-label={`${words.teams.remove}: ${p.name}`}
                  >
                    {words.teams.remove}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {members.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button variant="default" size="xs" loading={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>
            {words.list.more}
          </Button>
        </Group>
      )}
    </Card>
  );
}
