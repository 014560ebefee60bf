import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { EmptyState } from '@/patterns/States';
import { number, words } from '@/words';
import { listsKey, listTo } from './queries';

const text = words.pickLists;

type Summary = Schema<'PickListSummary'>;

const used = (l: Summary) => l.used_by.map((u) => `${u.object} ${u.field}`).join(', ') || text.unused;

const columns: Column<Summary>[] = [
  { id: 'name', label: text.name, text: (l) => l.name },
  { id: 'values', label: text.values, text: (l) => l.values, cell: (l) => number(l.values), align: 'right' },
  { id: 'open', label: text.open, text: (l) => (l.open ? text.opens.true : text.opens.false) },
  { id: 'review', label: text.review, text: (l) => l.review, cell: (l) => (l.review ? number(l.review) : '–'), align: 'right' },
  {
    id: 'used',
    label: text.used,
    text: used,
    cell: (l) => {
      const few = l.used_by.slice(0, 3).map((u) => `${u.object} ${u.field}`);
      return few.length > 0 ? `${few.join(', ')}${l.used_by.length > 3 ? ` +${l.used_by.length - 3}` : ''}` : text.unused;
    },
  },
];

/** Admin > Pick lists. */
export default function PickLists() {
  const [making, setMaking] = useState(false);
  const start = () => setMaking(true);
  return (
    <>
      <List<Summary>
        name="pick-lists"
        title={words.pages.pickLists}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={listsKey}
        load={async ({ search }) => {
          const { items } = await body(api.GET('/lists'));
          return { items: items.filter((l) => `${l.name} ${used(l)}`.toLowerCase().includes(search.trim().toLowerCase())) };
        }}
        columns={columns}
        rowId={(l) => l.name}
        rowName={(l) => l.name}
        rowTo={(l) => listTo(l.name)}
        create={{ label: text.new, run: start }}
        empty={
          <EmptyState icon={IconListDetails} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewList opened={making} onClose={() => setMaking(false)} />
    </>
  );
}

const blank = { name: '', values: '', open: false };

function NewList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(blank);
  const [errors, setErrors] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setErrors({});
  }, [opened]);
  const submit = async () => {
    const values = draft.values
      .split('\n')
      .map((value) => ({ value: value.trim() }))
      .filter((v) => v.value);
    const made = await body(api.POST('/lists', { body: { name: draft.name.trim(), open: draft.open || undefined, values } }));
    await client.invalidateQueries({ queryKey: listsKey });
    done(text.made(made.name));
    onClose();
    await navigate({ to: listTo(made.name) });
  };
  const wrong = Object.entries(errors).find(([field]) => field.startsWith('values'))?.[1];
  return (
    <Panel
      opened={opened}
      title={text.new}
      submit={text.create}
      dirty={draft.name !== '' || draft.values !== ''}
      onSubmit={submit}
      onClose={onClose}
      labels={{ name: text.name }}
      onFieldErrors={setErrors}
    >
      <TextInput
        label={`${text.name} (${words.state.required})`}
        description={text.nameHelp}
        value={draft.name}
        onChange={(e) => setDraft({ ...draft, name: e.currentTarget.value })}
        error={errors.name}
        spellCheck={false}
        data-autofocus
      />
      <Textarea
        label={`${text.values} (${words.state.optional})`}
        description={text.valuesHelp}
        value={draft.values}
        onChange={(e) => setDraft({ ...draft, values: e.currentTarget.value })}
        error={wrong}
        autosize
        minRows={6}
        maxRows={20}
      />
      <Checkbox
        label={text.openLabel}
        description={text.openHelp}
        checked={draft.open}
        onChange={(e) => setDraft({ ...draft, open: e.currentTarget.checked })}
      />
    </Panel>
  );
}
