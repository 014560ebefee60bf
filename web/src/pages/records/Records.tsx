import { Button, List as Items, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { deleteRecord, listRecords, patchRecord, type RecordData, savedSearch } from '@/api/odata';
import { Confirm } from '@/patterns/Confirm';
import { type BulkAct, List, type ListQuery } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { EmptyState } from '@/patterns/States';
import { count, number, words } from '@/words';
import { columnsOf } from './columns';
import { partsOf, type Values } from './definition';
import { filterOf, filtersOf } from './filters';
import { nameOf } from './names';
import { type ObjectDetail, recordQuery, recordsKey, useObject } from './queries';
import { SetField } from './SetField';
import { Several } from './Several';

const text = words.desk;
const RecordPanel = lazy(() => import('./RecordPanel'));

/** So many names stand in the question before a deletion. */
const named = 5;

/** Desk > the records of an object. */
export default function Records() {
  const { set = '' } = useParams({ strict: false });
  const object = useObject(set);
  return <Listed key={object.set} object={object} />;
}

/** What is done to records that are ticked. */
type Doing = { kind: 'ask' | 'delete' | 'choose' | 'set'; records: RecordData[]; values?: Values };

function Listed({ object }: { object: ObjectDetail }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const [doing, setDoing] = useState<Doing>();
  const columns = useMemo(() => columnsOf(object), [object]);
  const filters = useMemo(() => filtersOf(object.fields, client), [object, client]);
  const noun = object.label.toLowerCase();
  const nouns = object.plural.toLowerCase();
  const { rights } = object;
  const creates = rights.create || object.kinds.some((kind) => kind.rights.create);

  const load = ({ cursor, limit, search, filters: set, sort, tab, columns: shown }: ListQuery) => {
    const parts = object.fields.filter((f) => shown.includes(f.name)).flatMap(partsOf);
    const query = {
      cursor,
      top: limit,
      search,
      filter: filterOf(object.fields, set),
      orderby:
        sort && object.fields.some((f) => f.sortable && f.name === sort.replace('-', '')) ? sort.replace(/^-(.*)$/, '$1 desc') : undefined,
      select: [...new Set(['RecId', object.number, object.title, ...parts].filter(Boolean))],
    };
    return object.searches.some((s) => s.path === tab) ? savedSearch(object.set, tab, query) : listRecords(object.set, query);
  };
  const acts: BulkAct<RecordData>[] = [];
  if (rights.update)
    acts.push({ label: text.set, icon: <IconPencil size={16} />, run: (records) => setDoing({ kind: 'choose', records }) });
  if (rights.delete)
    acts.push({ label: text.delete, icon: <IconTrash size={16} />, danger: true, run: (records) => setDoing({ kind: 'ask', records }) });

  const name = (record: RecordData) => [record[object.number], nameOf({ ...object, number: '' }, record)].filter(Boolean).join(' ');
  const several = (n: number) => count(n, noun, nouns);
  const worked = (n: number, said: (several: string) => string) => {
    if (n === doing?.records.length) done(said(several(n)));
    void client.invalidateQueries({ queryKey: recordsKey(object.set) });
  };
  const close = () => setDoing(undefined);
  const begin = () => setMaking(true);

  return (
    <>
      <List<RecordData>
        name={`records.${object.set}`}
        title={object.plural}
        nouns={[noun, nouns]}
        queryKey={recordsKey(object.set)}
        load={load}
        loadsColumns
        columns={columns}
        filters={filters}
        searchable={object.fields.some((f) => f.searchable)}
        tabs={object.searches.map((s) => ({ id: s.path, label: s.label }))}
        rowId={(record) => record.RecId}
        rowName={name}
        rowTo={(record) => `/desk/${object.set}/${record.RecId}`}
        onIntent={(record) => void client.prefetchQuery(recordQuery(object.set, record.RecId))}
        create={creates ? { label: text.new(noun), run: begin } : undefined}
        acts={acts}
        empty={
          <EmptyState title={text.empty(nouns)} act={creates && <Button onClick={begin}>{text.new(noun)}</Button>}>
            {text.emptyHelp(nouns)}
          </EmptyState>
        }
      />
      <Suspense>
        {making && (
          <RecordPanel
            set={object.set}
            opened
            onClose={() => setMaking(false)}
            onSaved={(record) => {
              void client.invalidateQueries({ queryKey: recordsKey(object.set) });
              void navigate({ to: `/desk/${object.set}/${String(record.RecId)}` });
            }}
          />
        )}
      </Suspense>
      {doing && (
        <Confirm
          opened={doing.kind === 'ask'}
          title={text.deleteTitle(several(doing.records.length))}
          act={text.deleteAct(several(doing.records.length))}
          name={doing.records.length > 1 ? several(doing.records.length) : undefined}
          onConfirm={async () => setDoing({ ...doing, kind: 'delete' })}
          onClose={close}
        >
          <Text size="sm">{text.deleteEffect(several(doing.records.length))}</Text>
          <Items size="sm" mt={6}>
            {doing.records.slice(0, named).map((record) => (
              <Items.Item key={record.RecId}>
                <bdi>{name(record)}</bdi>
              </Items.Item>
            ))}
            {doing.records.length > named && <Items.Item>{text.deleteMore(number(doing.records.length - named))}</Items.Item>}
          </Items>
        </Confirm>
      )}
      <SetField
        object={object}
        several={several(doing?.records.length ?? 0)}
        opened={doing?.kind === 'choose'}
        onClose={close}
        onChosen={(values) => doing && setDoing({ ...doing, kind: 'set', values })}
      />
      {(doing?.kind === 'delete' || doing?.kind === 'set') && (
        <Several
          title={doing.kind === 'delete' ? text.deleting : text.changing}
          records={doing.records}
          nameOf={name}
          act={(record) =>
            doing.kind === 'delete' ? deleteRecord(object.set, record.RecId) : patchRecord(object.set, record.RecId, doing.values ?? {})
          }
          onDone={(n) => worked(n, doing.kind === 'delete' ? text.deleted : text.changed)}
          onClose={close}
        />
      )}
    </>
  );
}
