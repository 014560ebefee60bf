import { Button, CloseButton, Group, Menu, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBookmarkPlus, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { usePreference } from '@/app/preferences';
import { number, words } from '@/words';
import classes from './list.module.css';
import type { ListAddress, ListView } from './useListAddress';

/** Search, filters, order and tab of a list under a name. */
export interface SavedView extends ListView {
  name: string;
}

/** A view that the list itself offers. */
export interface Tab {
  id: string;
  label: string;
}

/** So many tabs of the list's own stand in a row; the others are in a menu. */
const inRow = 4;

const same = (view: ListView, address: ListAddress) =>
  view.search === address.search &&
  (view.sort ?? '') === address.sort &&
  (view.tab ?? '') === address.tab &&
  JSON.stringify(Object.entries(view.filters).sort()) === JSON.stringify(Object.entries(address.filters).sort());

/** The views a person has saved of a list, as tabs; shown once there is one, or something to save. */
export function SavedViews({ list, address, tabs = [] }: { list: string; address: ListAddress; tabs?: readonly Tab[] }) {
  const [views, setViews] = usePreference<SavedView[]>(`list.${list}.views`, []);
  const [opened, { open, close }] = useDisclosure();
  const [name, setName] = useState('');
  const narrowed = address.search !== '' || Object.keys(address.filters).length > 0 || address.sort !== '';
  const current = views.find((view) => same(view, address));
  if (views.length === 0 && tabs.length === 0 && !narrowed) return null;
  const plain = { search: '', filters: {}, sort: '', tab: '' };
  const shown = tabs.find((tab) => tab.id === address.tab);
  const row = tabs.slice(0, inRow);
  if (shown && !row.includes(shown)) row.push(shown);
  const more = tabs.filter((tab) => !row.includes(tab));

  const save = () => {
    if (!name.trim()) return;
    const view = { name: name.trim(), search: address.search, filters: address.filters, sort: address.sort, tab: address.tab };
    setViews([...views.filter((other) => other.name !== view.name), view]);
    setName('');
    close();
  };

  return (
    <Group gap="xs">
      {views.length + tabs.length > 0 && (
        <nav className={classes.views} aria-label={words.list.views}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            className={classes.view}
            onClick={() => address.set(plain)}
            aria-current={(!narrowed && !shown) || undefined}
          >
            {words.list.allView}
          </Button>
          {row.map((tab) => (
            <Button
              key={tab.id}
              size="compact-sm"
              variant="subtle"
              color="gray"
              className={classes.view}
              onClick={() => address.set({ ...plain, tab: tab.id })}
              aria-current={(tab === shown && !current) || undefined}
            >
              {tab.label}
            </Button>
          ))}
          {more.length > 0 && (
            <Menu position="bottom-start" returnFocus>
              <Menu.Target>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  className={classes.view}
                  rightSection={<IconChevronDown size={14} />}
                >
                  {words.list.moreViews(number(more.length))}
                </Button>
              </Menu.Target>
              <Menu.Dropdown mah="60vh" className={classes.scrolls}>
                {more.map((tab) => (
                  <Menu.Item key={tab.id} onClick={() => address.set({ ...plain, tab: tab.id })}>
                    {tab.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          {views.map((view) => (
            <Group key={view.name} gap={0} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                className={classes.view}
                onClick={() => address.set({ ...plain, ...view })}
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
