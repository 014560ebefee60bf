import { Button, Group, Text, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { problemOf } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { count, words } from '@/words';
import { type PartPanelProps, Parts } from './Parts';
import { nameOf, type ObjectDetail, type Search } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.search;

/** The saved searches of an object. */
export function Searches({ object }: { object: ObjectDetail }) {
  return (
    <Parts<Search>
      object={object}
      title={words.objects.tabs.searches}
      parts={object.definition.searches}
      text={text}
      makes={true}
      columns={[
        [text.filter, (s) => <span className="mono">{s.filter || '–'}</span>],
        [text.owner, (s) => s.owner || text.everybody],
      ]}
      erase={(name, header) =>
        api.DELETE('/objects/{object}/searches/{name}', { params: { path: { object: nameOf(object.object), name }, header } })
      }
      stockEffect={text.comesBack}
      panel={SearchPanel}
    />
  );
}

const draftOf = (s: Search | undefined) => ({
  name: s?.name ?? '',
  filter: s?.filter ?? '',
  orderby: s?.orderby ?? '',
  owner: s?.owner ?? '',
});

const labels = { name: text.name, filter: text.filter, orderby: text.orderby, owner: text.owner, body: text.filter };

function SearchPanel({ object, part, opened, onClose, onRemove }: PartPanelProps<Search>) {
  const [draft, setDraft] = useState(draftOf(part));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [found, setFound] = useState<number>();
  const [counting, setCounting] = useState(false);
  const change = useVersion(object, opened);
  const path = { object: nameOf(object.object) };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(part));
    setErrors({});
    setFound(undefined);
  }, [opened]);
  const set = (more: Partial<typeof draft>) => {
    setDraft((before) => ({ ...before, ...more }));
    setFound(undefined);
  };
  const { filter, orderby } = draft;

  const preview = async () => {
    setCounting(true);
    setErrors({});
    try {
      setFound((await body(api.POST('/objects/{object}/search-preview', { params: { path }, body: { filter, orderby } }))).count);
    } catch (error) {
      const problem = problemOf(error);
      setErrors(Object.keys(problem.fields).length > 0 ? problem.fields : { filter: problem.message });
    } finally {
      setCounting(false);
    }
  };
  const submit = async () => {
    await api.POST('/objects/{object}/search-preview', { params: { path }, body: { filter, orderby } }); // says at which field it is wrong
    const name = part?.name ?? draft.name.trim();
    const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== ''));
    await change((header) =>
      api.PUT('/objects/{object}/searches/{name}', { params: { path: { ...path, name }, header }, body: { ...given, name, id: part?.id } }),
    );
    done(words.state.saved);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={part ? text.edit(part.name) : text.new}
      submit={part ? words.do.save : text.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(part))}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setErrors}
    >
      {!part && (
        <TextInput
          label={`${text.name} (${words.state.required})`}
          description={text.nameHelp}
          value={draft.name}
          onChange={(e) => set({ name: e.currentTarget.value })}
          error={errors.name ?? errors.body}
          data-autofocus
        />
      )}
      <Textarea
        label={`${text.filter} (${words.state.optional})`}
        description={text.filterHelp}
        value={filter}
        onChange={(e) => set({ filter: e.currentTarget.value })}
        error={errors.filter}
        autosize
        minRows={3}
        spellCheck={false}
        data-autofocus={part ? true : undefined}
      />
      <TextInput
        label={`${text.orderby} (${words.state.optional})`}
        description={text.orderbyHelp}
        value={orderby}
        onChange={(e) => set({ orderby: e.currentTarget.value })}
        error={errors.orderby}
        spellCheck={false}
      />
      <Group>
        <Button variant="default" onClick={() => void preview()} loading={counting}>
          {text.check}
        </Button>
        <Text size="sm" role="status">
          {found !== undefined && text.finds(count(found, 'record', 'records'))}
        </Text>
      </Group>
      <TextInput
        label={`${text.owner} (${words.state.optional})`}
        description={text.ownerHelp}
        value={draft.owner}
        onChange={(e) => set({ owner: e.currentTarget.value })}
        error={errors.owner}
        spellCheck={false}
      />
      {part && (
        <Group mt="md">
          <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => onRemove(part)}>
            {text.remove}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
