import { Button, CloseButton, NativeSelect, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { words } from '@/words';
import classes from './list.module.css';

/** A condition people may set. Its id is the API's parameter and the one in the address. */
export interface Filter {
  id: string;
  label: string;
  kind: 'choice' | 'text' | 'day';
  choices?: { value: string; label: string }[];
}

interface Props {
  filters: readonly Filter[];
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
}

/** The filters that are set as chips, and a builder for more. */
export function FilterBuilder({ filters, value, onChange }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const [field, setField] = useState('');
  const [text, setText] = useState('');
  const chosen = filters.find((f) => f.id === field) ?? filters[0];
  if (!chosen) return null;

  const apply = () => {
    const wanted = text || (chosen.kind === 'choice' ? (chosen.choices?.[0]?.value ?? '') : '');
    if (wanted) onChange({ ...value, [chosen.id]: wanted });
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
                value={chosen.id}
                onChange={(e) => {
                  setField(e.currentTarget.value);
                  setText('');
                }}
                data={filters.map((f) => ({ value: f.id, label: f.label }))}
              />
              {chosen.kind === 'choice' ? (
                <NativeSelect
                  label={words.list.value}
                  value={text}
                  onChange={(e) => setText(e.currentTarget.value)}
                  data={chosen.choices ?? []}
                />
              ) : (
                <TextInput
                  label={words.list.value}
                  type={chosen.kind === 'day' ? 'date' : 'text'}
                  value={text}
                  onChange={(e) => setText(e.currentTarget.value)}
                />
              )}
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
                {f.label}: {f.choices?.find((c) => c.value === value[f.id])?.label ?? value[f.id]}
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
