import { Anchor, Badge, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { words } from '@/words';
import { allFields, listQuery, listTo, type ObjectDetail } from './queries';

const text = words.pickLists;

const most = 40; // values shown of one list

/** The pick lists that an object's fields use. */
export function UsedLists({ object }: { object: ObjectDetail }) {
  return (
    <Stack gap="lg">
      {object.lists.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.emptyHelp}
        </Text>
      )}
      {object.lists.map((name) => (
        <UsedList
          key={name}
          name={name}
          fields={allFields(object)
            .filter((f) => f.list?.toLowerCase() === name.toLowerCase())
            .map((f) => f.label || f.name)}
        />
      ))}
    </Stack>
  );
}

function UsedList({ name, fields }: { name: string; fields: string[] }) {
  const list = useQuery(listQuery(name));
  const values = list.data?.values ?? [];
  return (
    <Card
      title={name}
      act={
        <Anchor size="sm" renderRoot={(props) => <Link to={listTo(name)} {...props} />} aria-label={`${words.do.edit}: ${name}`}>
          {words.do.edit}
        </Anchor>
      }
    >
      <Text size="sm" c="dimmed" mb="xs">
        {text.used}: {fields.join(', ')}
      </Text>
      {list.isPending && <Skeleton height={24} />}
      {list.isError && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      <Group gap={6}>
        {values.slice(0, most).map((v) => (
          <Badge
            key={v.value}
            variant="outline"
            color="gray"
            tt="none"
            fw={400}
            c="var(--mantine-color-text)"
            td={v.inactive ? 'line-through' : undefined}
          >
            {v.label || v.value}
            {v.inactive && `, ${text.inactive}`}
          </Badge>
        ))}
        {values.length > most && <Text size="sm">+{values.length - most}</Text>}
      </Group>
    </Card>
  );
}
