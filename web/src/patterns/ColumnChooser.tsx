import { Menu, TextInput } from '@mantine/core';
import { useState } from 'react';
import { words } from '@/words';
import classes from './list.module.css';

/** So many columns are found by looking. */
const few = 12;

interface Props {
  columns: { id: string; label: string; shown: boolean; fixed: boolean }[];
  toggle: (id: string) => void;
}

/** Which columns a list shows: those that are first, then the others; with a search where there are many. */
export function ColumnChooser({ columns, toggle }: Props) {
  const [text, setText] = useState('');
  const found = columns.filter((c) => c.label.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <Menu.Label>{words.list.columns}</Menu.Label>
      {columns.length > few && (
        <TextInput
          size="xs"
          px="xs"
          pb={4}
          type="search"
          aria-label={words.list.findColumn}
          placeholder={words.list.findColumn}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
      )}
      <div className={classes.chooser}>
        {found.map((c) => (
          <Menu.CheckboxItem key={c.id} checked={c.shown} disabled={c.fixed} onChange={() => toggle(c.id)}>
            {c.label}
          </Menu.CheckboxItem>
        ))}
      </div>
    </>
  );
}
