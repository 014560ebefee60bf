import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from '@/patterns/Record';
import { words } from '@/words';
import { groupsOfQuery, type PersonDetail } from './queries';

const text = words.people.inGroups;

/** The groups a person is in. */
export function PersonGroups({ person }: { person: PersonDetail }) {
  const groups = useQuery(groupsOfQuery(person.id));
  return (
    <Card title={text.title}>
      {groups.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {text.none}
        </Text>
      )}
      <Group gap={6}>
        {groups.data?.map((g) => (
          <Anchor key={g.id} size="sm" renderRoot={(props) => <Link to={`/admin/groups/${g.id}`} {...props} />}>
            {g.name}
          </Anchor>
        ))}
      </Group>
    </Card>
  );
}
