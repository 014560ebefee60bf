import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { api, body } from '@/api/client';
import { CopyButton } from '@/patterns/CopyButton';
import { Card, Facts } from '@/patterns/Record';
import { exactTime, Time } from '@/patterns/Time';
import { number, words } from '@/words';

const text = words.system;

/** Settings > System Info. */
export default function SystemInfo() {
  const [{ data: system }, { data: tenant }] = useSuspenseQueries({
    queries: [
      { queryKey: ['system'], queryFn: () => body(api.GET('/system')) },
      { queryKey: ['tenant'], queryFn: () => body(api.GET('/tenant')) },
    ],
  });
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.pages.system}</Title>
        <Text c="dimmed" size="sm">
          {text.intro}
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <Card title={text.program}>
          <Facts
            facts={[
              [text.version, system.version],
              [text.commit, system.commit && <span className="mono">{system.commit}</span>],
              [text.go, system.go],
              [text.engine, text.engines[system.engine]],
              [text.started, <Time key="started" at={system.started_at} />],
              [text.now, exactTime(system.now)],
            ]}
          />
        </Card>
        <Card title={text.tenant}>
          <Facts
            facts={[
              [text.name, tenant.name],
              [
                text.id,
                <Group key="id" gap={4} wrap="nowrap">
                  <span className="mono">{tenant.id}</span>
                  <CopyButton value={tenant.id} label={text.id} />
                </Group>,
              ],
              [
                text.base,
                <span key="base" className="mono">
                  {tenant.base_url}
                </span>,
              ],
              [text.hosts, tenant.hosts.join(', ')],
              [text.created, <Time key="created" at={tenant.created_at} />],
            ]}
          />
        </Card>
        <Card title={text.holds}>
          <Facts
            facts={[
              [text.people, number(system.counts.people)],
              [text.teams, number(system.counts.teams)],
              [text.roles, number(system.counts.roles)],
              [text.objects, number(system.counts.objects)],
              [text.entries, number(system.counts.audit_entries)],
            ]}
          />
        </Card>
      </SimpleGrid>
    </Stack>
  );
}
