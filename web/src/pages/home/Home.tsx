import { Anchor, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { api, body } from '@/api/client';
import { areasFor } from '@/app/areas';
import { useMe } from '@/app/session';
import { nextExpiry, registrationsKey } from '@/pages/admin/registrations/queries';
import { Card, Facts } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';

const soon = 30 * 24 * 3600 * 1000;

/** Home: what waits for the person, and where they may go. */
export function Home() {
  const me = useMe();
  if (me.kind === 'system') return <Navigate to="/tenants" replace />; // whoever runs the server begins there
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.home.welcome(me.person.name)}</Title>
        <Text c="dimmed" size="sm">
          {words.home.intro}
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {me.areas.includes('admin') && <Expiring />}
        {me.areas.includes('admin') && <Counts />}
      </SimpleGrid>
      {areasFor(me)
        .slice(1)
        .map((area) => (
          <Card key={area.label} title={area.label}>
            <Group gap="xs">
              {area.pages.map((page) => (
                <Button
                  key={page.path}
                  variant="default"
                  leftSection={<page.icon size={18} stroke={1.6} />}
                  renderRoot={(props) => <Link to={page.path} {...props} />}
                >
                  {page.label}
                </Button>
              ))}
            </Group>
          </Card>
        ))}
    </Stack>
  );
}

function Expiring() {
  const query = useQuery({
    queryKey: [...registrationsKey, 'expiring'],
    queryFn: async () => (await body(api.GET('/registrations', { params: { query: { limit: 200 } } }))).items ?? [],
  });
  const ending = (query.data ?? [])
    .flatMap((r) => {
      const end = nextExpiry(r);
      return end && Date.parse(end) - Date.now() < soon ? [{ r, end }] : [];
    })
    .sort((a, b) => a.end.localeCompare(b.end));
  return (
    <Card title={words.home.expiring}>
      {query.isPending && <RowsSkeleton rows={3} />}
      {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && ending.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.home.noneExpiring}
        </Text>
      )}
      <Stack gap="xs">
        {ending.map(({ r, end }) => (
          <Group key={r.id} justify="space-between" wrap="nowrap">
            <Anchor size="sm" renderRoot={(props) => <Link to={`/admin/app-registrations/${r.id}`} {...props} />}>
              {[r.application, r.description].filter(Boolean).join(', ')}
            </Anchor>
            <Text size="sm">
              {words.home.ends} <Time at={end} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function Counts() {
  const { data, isPending } = useQuery({ queryKey: ['system'], queryFn: () => body(api.GET('/system')) });
  return (
    <Card title={words.home.counts}>
      {isPending && <RowsSkeleton rows={3} />}
      {data && (
        <Facts
          facts={[
            [words.home.people, number(data.counts.people)],
            [words.home.teams, number(data.counts.teams)],
            [words.home.entries, number(data.counts.audit_entries)],
          ]}
        />
      )}
    </Card>
  );
}
