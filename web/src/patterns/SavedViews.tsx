import { Button, CloseButton, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBookmarkPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { usePreference } from '@/app/preferences';
import { words } from '@/words';
import classes from './list.module.css';
import type { ListAddress } from './useListAddress';

/** Search and filters of a list under a name. */
export interface SavedView {
  name: string;
  search: string;
  filters: Record<string, string>;
}

const same = (view: Omit<SavedView, 'name'>, address: ListAddress) =>
  view.search === address.search &&
  JSON.stringify(Object.entries(view.filters).sort()) === JSON.stringify(Object.entries(address.filters).sort());

/** The views a person has saved of a list, as tabs; shown once there is one, or something to save. */
export function SavedViews({ list, address }: { list: string; address: ListAddress }) {
  const [views, setViews] = usePreference<SavedView[]>(`list.${list}.views`, []);
  const [opened, { open, close }] = useDisclosure();
  const [name, setName] = useState('');
  const narrowed = address.search !== '' || Object.keys(address.filters).length > 0;
  const current = views.find((view) => same(view, address));
  if (views.length === 0 && !narrowed) return null;

  const save = () => {
    if (!name.trim()) return;
    const view = { name: name.trim(), search: address.search, filters: address.filters };
    setViews([...views.filter((other) => other.name !== view.name), view]);
    setName('');
    close();
  };

  return (
    <Group gap="xs">
      {views.length > 0 && (
        <nav className={classes.views} aria-label={words.list.views}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            className={classes.view}
            onClick={() => address.set({ search: '', filters: {} })}
            aria-current={!narrowed || undefined}
          >
            {words.list.allView}
          </Button>
          {views.map((view) => (
            <Group key={view.name} gap={0} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                className={classes.view}
                onClick={() => address.set(view)}
                aria-current={view === current || undefined}
              >
                {view.name}
              </Button>
              {view === current && (
                <CloseButton
                  size={24}
                  aria-label={words.list.deleteView(view.name)}
                  onClick={() => setViews(views.filter((other) => other !== view))}
                />
              )}
            </Group>
          ))}
        </nav>
      )}
      {narrowed && !current && (
        <Popover
          opened={opened}
          onChange={(o) => (o ? open() : close())}
          trapFocus
          returnFocus
          width={260}
          position="bottom-start"
          shadow="md"
        >
          <Popover.Target>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconBookmarkPlus size={14} />}
              onClick={opened ? close : open}
            >
              {words.list.saveView}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                save();
              }}
            >
              <Stack gap="sm">
                <TextInput
                  label={words.list.viewName}
                  maxLength={60}
                  value={name}
                  onChange={(e) => setName(e.currentTarget.value)}
                  data-autofocus
                />
                <Text size="xs" c="dimmed">
                  {words.list.saveViewHelp}
                </Text>
                <Button type="submit">{words.list.saveView}</Button>
              </Stack>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  );
}
