import { Button } from '@mantine/core';
import { IconBox, IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { number, words } from '@/words';
import { ApplyFile } from './ApplyFile';
import { NewObject } from './NewObject';
import { type ObjectSummary, objectsKey, objectTo } from './queries';

const text = words.objects;

/** What kind of object it is, in a word. */
export const kindOf = (o: ObjectSummary) => (o.custom ? text.custom : text.stock);

const columns: Column<ObjectSummary>[] = [
  { id: 'label', label: text.label, text: (o) => o.plural },
  { id: 'object', label: text.object, text: (o) => o.object, cell: (o) => <span className="mono">{o.object}</span>, hidden: true },
  { id: 'set', label: text.set, text: (o) => o.set, cell: (o) => <span className="mono">{o.set || '–'}</span> },
  { id: 'kind', label: text.kind, text: kindOf },
  { id: 'fields', label: text.fields, text: (o) => o.fields, align: 'right' },
  { id: 'added', label: text.added, text: (o) => o.added, align: 'right' },
  { id: 'records', label: text.records, text: (o) => o.records, cell: (o) => (o.view ? '–' : number(o.records)), align: 'right' },
  { id: 'owner', label: text.owner, text: (o) => o.owner, hidden: true },
  { id: 'extends', label: text.extends, text: (o) => o.extends, hidden: true },
];

const matches = (o: ObjectSummary, search: string) =>
  `${o.label} ${o.plural} ${o.object} ${o.set ?? ''}`.toLowerCase().includes(search.trim().toLowerCase());

/** Admin > Business objects. */
export default function Objects() {
  const [open, setOpen] = useState<'new' | 'apply'>();
  const start = () => setOpen('new');
  const close = () => setOpen(undefined);
  return (
    <>
      <List<ObjectSummary>
        name="objects"
        title={words.pages.objects}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={objectsKey}
        load={async ({ search, filters }) => {
          const { items } = await body(api.GET('/objects'));
          const shown = items.filter((o) => matches(o, search) && (!filters.kind || String(o.custom) === filters.kind));
          return { items: shown.sort((a, b) => a.plural.localeCompare(b.plural)) };
        }}
        columns={columns}
        rowId={(o) => o.object}
        rowName={(o) => o.plural}
        rowTo={(o) => objectTo(o.object)}
        filters={[
          {
            id: 'kind',
            label: text.kind,
            kind: 'choice',
            choices: [
              { value: 'true', label: text.custom },
              { value: 'false', label: text.stock },
            ],
          },
        ]}
        create={{ label: text.new, run: start }}
        toolbar={
          <Button variant="default" leftSection={<IconFileUpload size={16} />} onClick={() => setOpen('apply')}>
            {text.apply}
          </Button>
        }
        empty={
          <EmptyState icon={IconBox} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewObject opened={open === 'new'} onClose={close} />
      <ApplyFile opened={open === 'apply'} onClose={close} />
    </>
  );
}
