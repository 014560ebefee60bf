import { Anchor, Badge, Button, Checkbox, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { createRelated, type RecordData, type RecordPage, relatedRecords } from '@/api/odata';
import { useMe } from '@/app/session';
import { done } from '@/patterns/notice';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { whoOf } from './names';
import { type ObjectDetail, objectQuery, recordKey } from './queries';
import classes from './record.module.css';
import { useKeptText } from './useKeptText';
import { LongText, Typed } from './Value';

const text = words.record.notes;
const rows = 20;

type Relationship = ObjectDetail['relationships'][number];

/** What was noted of a record and mailed about it, newest first, and a box to note something. */
export function Notes({ def, id, relationship }: { def: ObjectDetail; id: string; relationship: Relationship }) {
  const found = useInfiniteQuery({
    queryKey: [...recordKey(def.set, id), 'related', relationship.name],
    queryFn: ({ pageParam, signal }) =>
      relatedRecords(def.set, id, relationship.name, { top: rows, orderby: 'CreatedDateTime desc', cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: RecordPage) => last.next,
  });
  const kinds = useQuery(objectQuery(relationship.set)).data?.kinds ?? [];
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={text.title}>
      {relationship.create && <NewNote def={def} id={id} relationship={relationship} />}
      {found.isPending && <Skeleton height={80} />}
      {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && entries.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.none}
        </Text>
      )}
      {entries.map((entry) => {
        const tag = String(entry.JournalType ?? '').toLowerCase();
        const kind = kinds.find((k) => k.object.toLowerCase().endsWith(`#${tag}`));
        return (
          <Entry
            key={entry.RecId}
            entry={entry}
            kind={kind?.label ?? String(entry.JournalType ?? '')}
            set={kind?.set ?? relationship.set}
          />
        );
      })}
      {found.hasNextPage && (
        <Button variant="default" size="xs" mt="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {text.more}
        </Button>
      )}
    </Card>
  );
}

function Entry({ entry, kind, set }: { entry: RecordData; kind: string; set: string }) {
  const subject = String(entry.Subject ?? '');
  const body = String(entry.NotesBody ?? '');
  return (
    <article className={classes.entry}>
      <Group gap={6} mb={4}>
        <Text size="sm" fw={500}>
          <Typed>{whoOf(entry.CreatedBy)}</Typed>
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <Anchor inherit underline="always" renderRoot={(props) => <Link to={`/desk/${set}/${entry.RecId}`} {...props} />}>
            {kind}
          </Anchor>{' '}
          · <Time at={String(entry.CreatedDateTime)} />
        </Text>
        {entry.PublishToWeb === true && (
          <Badge variant="outline" color="gray" tt="none" fw={500} c="var(--mantine-color-text)">
            {text.visible}
          </Badge>
        )}
      </Group>
      {subject && !body.startsWith(subject) && (
        <Text size="sm" fw={500}>
          <Typed>{subject}</Typed>
        </Text>
      )}
      {body && <LongText>{body}</LongText>}
    </article>
  );
}

/** The most characters of the first line of a note that become its subject. */
const subjectLength = 100;

function NewNote({ def, id, relationship }: { def: ObjectDetail; id: string; relationship: Relationship }) {
  const client = useQueryClient();
  const person = useMe().person.id;
  const [typed, setTyped] = useKeptText(`note/${person}/${def.set}/${id}`);
  const [visible, setVisible] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [empty, setEmpty] = useState(false);
  const add = async () => {
    const body = typed.trim();
    setEmpty(body === '');
    if (!body || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const subject = [...(body.split('\n', 1)[0] ?? '')].slice(0, subjectLength).join('');
      await createRelated(def.set, id, relationship.name, { Subject: subject, NotesBody: body, PublishToWeb: visible });
      setTyped('');
      setVisible(false);
      await client.invalidateQueries({ queryKey: ['records'] });
      done(text.added);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void add();
  };
  return (
    <Stack gap="xs" mb="md">
      <Textarea
        label={text.text}
        placeholder={text.placeholder}
        autosize
        minRows={2}
        maxRows={12}
        dir="auto"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setEmpty(false);
        }}
        onKeyDown={keys}
        error={empty ? text.empty : undefined}
      />
      <ProblemText error={error} />
      <Group justify="space-between">
        <Checkbox label={text.visible} checked={visible} onChange={(event) => setVisible(event.currentTarget.checked)} />
        <Button size="sm" variant="default" onClick={() => void add()} loading={busy}>
          {text.add}
        </Button>
      </Group>
    </Stack>
  );
}
