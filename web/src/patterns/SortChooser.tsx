import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { words } from '@/words';

interface Props {
  /** Those that are shown, as far as the list can be in their order. */
  columns: { id: string; label: string }[];
  /** Id of a column, with a - before it for the greatest first. */
  sort: string;
  sortBy: (id: string) => void;
}

/** Chooses the order of a list in its menu, where the window is too narrow for the headings of columns. */
export function SortChooser({ columns, sort, sortBy }: Props) {
  if (columns.length === 0) return null;
  return (
    <>
      <Menu.Label hiddenFrom="sm">{words.list.sort}</Menu.Label>
      {columns.map(({ id, label }) => {
        const down = sort === `-${id}`;
        const sorted = down || sort === id;
        return (
          <Menu.Item
            key={id}
            hiddenFrom="sm"
            aria-label={[words.list.sortBy(label), ...(sorted ? [down ? words.list.descending : words.list.ascending] : [])].join(', ')}
            rightSection={sorted && (down ? <IconArrowDown size={16} aria-hidden /> : <IconArrowUp size={16} aria-hidden />)}
            onClick={() => sortBy(id)}
          >
            <bdi>{label}</bdi>
          </Menu.Item>
        );
      })}
      <Menu.Divider hiddenFrom="sm" />
    </>
  );
}
