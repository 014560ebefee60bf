import { Button, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type RecordData, type RecordPage, relatedRecords } from '@/api/odata';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { fieldOf } from './definition';
import { whoOf } from './names';
import { type ObjectDetail, recordKey } from './queries';
import classes from './record.module.css';
import { plainValue, RecordLink, Typed } from './Value';

const text = words.record.history;

/** The relationship that leads from every record to what the audit trail says of it. */
const relationship = 'AuditHistoryRelationship';
const rows = 60;

interface Entry {
  at: string;
  by: string;
  action: string;
  changes: RecordData[];
}

/** Who changed what, and when, newest first. */
export function History({ def, id }: { def: ObjectDetail; id: string }) {
  const found = useInfiniteQuery({
    queryKey: [...recordKey(def.set, id), 'history'],
    queryFn: ({ pageParam, signal }) => relatedRecords(def.set, id, relationship, { top: rows, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: RecordPage) => last.next,
  });
  const entries = entriesOf(found.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <Card title={text.title}>
      {found.isPending && <Skeleton height={90} />}
      {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && entries.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.none}
        </Text>
      )}
      {entries.map(([seq, entry]) => (
        <OneEntry key={seq} def={def} entry={entry} />
      ))}
      {found.hasNextPage && (
        <Button variant="default" size="xs" mt="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {text.more}
        </Button>
      )}
    </Card>
  );
}

/** The rows of a history by the entry of the trail that they are of. */
function entriesOf(items: RecordData[]): [string, Entry][] {
  const entries = new Map<string, Entry>();
  for (const row of items) {
    const seq = String(row.SequenceNumber);
    const entry = entries.get(seq) ?? {
      at: String(row.CreatedDateTime),
      by: String(row.CreatedBy ?? ''),
      action: String(row.Action),
      changes: [],
    };
    if (row.FieldName) entry.changes.push(row);
    entries.set(seq, entry);
  }
  return [...entries];
}

/** Of a record that was made every field is a change: so many are shown only when asked for. */
const few = 8;

function OneEntry({ def, entry }: { def: ObjectDetail; entry: Entry }) {
  const [all, setAll] = useState(false);
  const folded = !all && (entry.action === 'create' || entry.changes.length > few);
  const acts: Record<string, string> = { create: text.created, delete: text.deleted, link: text.linked, unlink: text.unlinked };
  const shown = folded ? entry.changes.slice(0, entry.action === 'create' ? 0 : few) : entry.changes;
  return (
    <div className={classes.entry}>
      <Text size="sm" component="div">
        <Text span fw={500} inherit>
          <Typed>{whoOf(entry.by)}</Typed>
        </Text>{' '}
        {acts[entry.action] ?? text.changed} · <Time at={entry.at} />
      </Text>
      {shown.length > 0 && (
        <dl className={classes.change}>
          {shown.map((row) => (
            <div key={row.RecId} className={classes.pair}>
              <dt>{String(row.FieldLabel ?? row.FieldName)}</dt>
              <dd>
                <Changed def={def} row={row} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {folded && entry.changes.length > shown.length && (
        <Button size="compact-xs" variant="subtle" color="gray" mt={4} onClick={() => setAll(true)}>
          {text.fields(number(entry.changes.length))}
        </Button>
      )}
    </div>
  );
}

/** Before and after. What was before is struck out, and said to be that to those who do not see it. */
function Changed({ def, row }: { def: ObjectDetail; row: RecordData }) {
  return (
    <>
      {row.OldValue !== null && (
        <>
          <del className={classes.before}>
            <Side def={def} name={String(row.FieldName)} value={row.OldValue} />
          </del>{' '}
          →{' '}
        </>
      )}
      {row.NewValue === null ? text.nothing : <Side def={def} name={String(row.FieldName)} value={row.NewValue} />}
    </>
  );
}

const clip = 400;

function Side({ def, name, value }: { def: ObjectDetail; name: string; value: unknown }) {
  const field = fieldOf(def, name);
  const related = def.relationships.find((r) => r.name.toLowerCase() === name.toLowerCase());
  const object = field?.type === 'link' ? field.target?.object : related?.object;
  const said = String(value);
  if (object && /^[0-9A-F]{32}$/i.test(said)) return <RecordLink object={object} id={said} inText />;
  const shown = field ? plainValue(field, value) : said;
  return <Typed>{shown.length > clip ? `${shown.slice(0, clip)}…` : shown}</Typed>;
}
