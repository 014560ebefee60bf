import { Anchor, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useShortcut } from '@/app/keys';
import { Card } from '@/patterns/Record';
import { EmptyState } from '@/patterns/States';
import { words } from '@/words';
import classes from './desk.module.css';
import { type ObjectEntry, objectsQuery } from './queries';

const text = words.desk;

/** What a service desk works with, in the order of its day. */
const main = ['Incident', 'ServiceReq', 'Change', 'Problem', 'Task', 'FRS_Knowledge', 'CI'];
const people = ['Employee', 'ExternalContact', 'StandardUserTeam', 'OrganizationalUnit', 'Location', 'Vendor', 'Frs_def_role'];

type Group = keyof typeof text.groups;

function groupOf(object: ObjectEntry): Group {
  if (main.includes(object.object)) return 'main';
  if (people.includes(object.object)) return 'people';
  return object.custom ? 'own' : 'other';
}

/** Desk > every object whose records the person may open. */
export default function Desk() {
  const objects = useSuspenseQuery(objectsQuery).data;
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useShortcut('/', words.keys.search, () => input.current?.focus());
  const wanted = typed.trim().toLowerCase();
  const found = objects.filter((o) => [o.label, o.plural, o.object, o.set].some((name) => name.toLowerCase().includes(wanted)));
  const groups = (Object.keys(text.groups) as Group[])
    .map((group) => ({ group, objects: found.filter((o) => groupOf(o) === group) }))
    .filter(({ objects: some }) => some.length > 0);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{text.index}</Title>
        <Text c="dimmed" size="sm">
          {text.indexIntro}
        </Text>
      </div>
      <TextInput
        ref={input}
        type="search"
        aria-label={text.indexSearch}
        placeholder={text.indexSearch}
        leftSection={<IconSearch size={16} />}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        maw={420}
      />
      {found.length === 0 && (
        <EmptyState title={wanted ? text.indexNone : text.indexEmpty}>{wanted ? text.indexNoneHelp : text.indexEmptyHelp}</EmptyState>
      )}
      {groups.map(({ group, objects: some }) => (
        <Card key={group} title={text.groups[group]}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" component="ul" className={classes.list}>
            {(group === 'main' ? some.toSorted((a, b) => main.indexOf(a.object) - main.indexOf(b.object)) : some).map((o) => (
              <li key={o.set}>
                <Anchor renderRoot={(props) => <Link to={`/desk/${o.set}`} {...props} />}>{o.plural}</Anchor>
                <Note object={o} all={objects} />
              </li>
            ))}
          </SimpleGrid>
        </Card>
      ))}
    </Stack>
  );
}

/** What tells an object from others of a like name. */
function Note({ object, all }: { object: ObjectEntry; all: ObjectEntry[] }) {
  const base = all.find((o) => o.object === object.extends);
  const said = [base && text.kindOf(base.label.toLowerCase()), object.view && text.readOnly].filter(Boolean).join(', ');
  return said ? (
    <Text size="xs" c="dimmed">
      {said}
    </Text>
  ) : null;
}
