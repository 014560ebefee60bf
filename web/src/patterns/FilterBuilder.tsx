import { Button, CloseButton, NativeSelect, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconFilterPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '@/words';
import classes from './list.module.css';

/** A value to choose. */
export interface Choice {
  value: string;
  label: string;
}

/** Where values are found that are too many to show. */
export interface Finder {
  /** Tells finders apart. */
  name: string;
  find: (text: string) => Promise<Choice[]>;
  /** What people call a value. */
  nameOf: (value: string) => Promise<string>;
}

/** A condition people may set. Its id is the API's parameter and the one in the address. */
export interface Filter {
  id: string;
  label: string;
  kind: 'choice' | 'text' | 'day' | 'number' | 'found' | 'none';
  choices?: Choice[];
  finder?: Finder;
  /** Filters of one field, which differ in this, are chosen in two steps. */
  field?: string;
  operator?: string;
}

interface Props {
  filters: readonly Filter[];
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
}

const fieldOf = (filter: Filter): string => filter.field ?? filter.id;

/** The filters that are set as chips, and a builder for more. */
export function FilterBuilder({ filters, value, onChange }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const [id, setId] = useState('');
  const [text, setText] = useState('');
  const chosen = filters.find((f) => f.id === id) ?? filters[0];
  if (!chosen) return null;

  const choose = (next: string) => {
    setId(next);
    setText('');
  };
  const fields = new Map(filters.map((f) => [fieldOf(f), f.label]));
  const operators = filters.filter((f) => fieldOf(f) === fieldOf(chosen));
  const apply = () => {
    const wanted = chosen.kind === 'none' ? '1' : text || (chosen.kind === 'choice' ? (chosen.choices?.[0]?.value ?? '') : '');
    if (!wanted) return;
    onChange({ ...value, [chosen.id]: wanted });
    setText('');
    close();
  };

  return (
    <>
      <Popover
        opened={opened}
        onChange={(o) => (o ? open() : close())}
        position="bottom-start"
        width={280}
        trapFocus
        returnFocus
        shadow="md"
      >
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilterPlus size={16} />} onClick={opened ? close : open} aria-expanded={opened}>
            {words.list.filter}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              apply();
            }}
          >
            <Stack gap="sm">
              <NativeSelect
                label={words.list.field}
                value={fieldOf(chosen)}
                onChange={(e) => choose(filters.find((f) => fieldOf(f) === e.currentTarget.value)?.id ?? '')}
                data={[...fields].map(([value, label]) => ({ value, label }))}
              />
              {operators.length > 1 && (
                <NativeSelect
                  label={words.list.operator}
                  value={chosen.id}
                  onChange={(e) => choose(e.currentTarget.value)}
                  data={operators.map((f) => ({ value: f.id, label: f.operator ?? f.label }))}
                />
              )}
              <Wanted key={chosen.id} filter={chosen} text={text} setText={setText} />
              <Button type="submit">{words.do.apply}</Button>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      {Object.keys(value).length > 0 && (
        <ul className={classes.chips} aria-label={words.list.filter}>
          {filters
            .filter((f) => value[f.id])
            .map((f) => (
              <li key={f.id} className={classes.chip}>
                <span className={classes.chipText}>
                  {f.operator ? `${f.label} ${f.operator}` : `${f.label}:`} <Chosen filter={f} value={value[f.id] ?? ''} />
                </span>
                <CloseButton
                  size={24}
                  aria-label={words.list.removeFilter(f.label)}
                  onClick={() => {
                    const { [f.id]: _, ...rest } = value;
                    onChange(rest);
                  }}
                />
              </li>
            ))}
        </ul>
      )}
    </>
  );
}

function Wanted({ filter, text, setText }: { filter: Filter; text: string; setText: (text: string) => void }) {
  if (filter.kind === 'none') return null;
  if (filter.kind === 'choice')
    return (
      <NativeSelect label={words.list.value} value={text} onChange={(e) => setText(e.currentTarget.value)} data={filter.choices ?? []} />
    );
  if (filter.kind === 'found' && filter.finder) return <FoundSelect label={words.list.value} finder={filter.finder} onChange={setText} />;
  return (
    <TextInput
      label={words.list.value}
      type={filter.kind === 'day' ? 'date' : 'text'}
      inputMode={filter.kind === 'number' ? 'decimal' : undefined}
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
      maxLength={500}
    />
  );
}

/** Chooses a value that is searched for while one types. */
export function FoundSelect({
  label,
  finder,
  onChange,
  required,
}: {
  label: string;
  finder: Finder;
  onChange: (value: string) => void;
  required?: boolean;
}) {
  const [typed, setTyped] = useState('');
  const [value, setValue] = useState<string | null>(null);
  const [asked] = useDebouncedValue(typed, 200);
  const { data, isFetching } = useQuery({
    queryKey: ['found', finder.name, asked],
    queryFn: () => finder.find(asked),
    placeholderData: keepPreviousData,
  });
  return (
    <Select
      label={label}
      required={required}
      searchable
      clearable
      data={data ?? []}
      value={value}
      filter={({ options }) => options} // the program has searched
      onSearchChange={setTyped}
      onChange={(next) => {
        setValue(next);
        onChange(next ?? '');
      }}
      nothingFoundMessage={isFetching ? words.state.loading : words.list.noMatch}
      comboboxProps={{ withinPortal: false }}
    />
  );
}

function Chosen({ filter, value }: { filter: Filter; value: string }) {
  const { finder } = filter;
  const name = useQuery({
    queryKey: ['found', finder?.name, 'name', value],
    queryFn: () => finder?.nameOf(value) ?? value,
    enabled: finder !== undefined,
    staleTime: 60_000,
  });
  if (filter.kind === 'none') return null;
  return <bdi>{filter.choices?.find((c) => c.value === value)?.label ?? name.data ?? value}</bdi>;
}
