import { ActionIcon, Button, Group, Menu, Stack, Table, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback, useIntersection } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconChevronDown, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Page } from '@/api/client';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { usePreference } from '@/app/preferences';
import { useTitle } from '@/app/title';
import { number, words } from '@/words';
import { ColumnChooser } from './ColumnChooser';
import { csv, download } from './csv';
import { Export } from './Export';
import { type Filter, FilterBuilder } from './FilterBuilder';
import { ListRow, type RowActs } from './ListRow';
import { LiveBar } from './LiveBar';
import classes from './list.module.css';
import { useLiveRows } from './liveRows';
import { beginning, type Place, RowWindow } from './RowWindow';
import { SavedViews, type Tab } from './SavedViews';
import { SortChooser } from './SortChooser';
import { ErrorState, NoMatchState, RowsSkeleton } from './States';
import { useListAddress } from './useListAddress';

/** A column. text is what an export holds, and what the row shows unless cell says it better. */
export interface Column<Row> {
  id: string;
  label: string;
  text: (row: Row) => string | number | null | undefined;
  cell?: (row: Row) => ReactNode;
  align?: 'right';
  /** What people read first: it gets the room that there is. */
  wide?: boolean;
  /** Not shown until it is chosen. */
  hidden?: boolean;
  /** The list can be put in the order of this column. */
  sortable?: boolean;
}

/** What can be done with rows that are ticked. */
export interface BulkAct<Row> {
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  /** Can be done with one row at a time. */
  single?: boolean;
  run: (rows: Row[]) => void;
}

/** What a list asks for. */
export interface ListQuery {
  cursor?: string;
  limit: number;
  search: string;
  filters: Record<string, string>;
  /** Id of a column, with a - before it for the greatest first; '' for the list's own order. */
  sort: string;
  tab: string;
  /** Ids of the columns that are shown. */
  columns: string[];
}

export interface ListProps<Row> {
  /** Names preferences, saved views and the exported file. */
  name: string;
  title: string;
  /** Level of the title: 2 for a second list on a page. Only the first list of a page takes shortcuts. */
  level?: 1 | 2;
  intro?: string;
  nouns: [one: string, many: string];
  /** Begins the key of the query: invalidate it to load again. */
  queryKey: readonly unknown[];
  load: (query: ListQuery) => Promise<Page<Row>>;
  /** Only what is shown is loaded: another choice of columns loads again. */
  loadsColumns?: boolean;
  /** Views that the list itself offers, beside those that people save. */
  tabs?: readonly Tab[];
  /** Somebody seems about to open a row. */
  onIntent?: (row: Row) => void;
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  /** Address of a row's own page. */
  rowTo?: (row: Row) => string;
  onOpen?: (row: Row) => void;
  searchable?: boolean;
  filters?: readonly Filter[];
  create?: { label: string; run: () => void };
  acts?: BulkAct<Row>[];
  empty: ReactNode;
  toolbar?: ReactNode;
}

const pageSize = 50;
const exportSize = 100;
/** A longer list is not loaded again page by page because somebody comes back to it, only after a change. */
const fewPages = 4;

/** A list: title, saved views, search, filters, columns, density, ticking with acts, export, paging by scrolling, keys. */
export function List<Row>(props: ListProps<Row>) {
  const { name, columns, filters = [], acts = [], rowId, create, searchable = true, level = 1 } = props;
  const address = useListAddress(useMemo(() => filters.map((f) => f.id), [filters]));
  const [dense, setDense] = usePreference(`list.${name}.dense`, false);
  const [visibility, setVisibility] = usePreference<Record<string, boolean>>(`list.${name}.columns`, initially(columns));
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const client = useQueryClient();
  const placeKey = ['place', name, address.search, address.filters, address.sort, address.tab];
  const [place] = useState<Place>(() => ({ ...beginning(), ...client.getQueryData<Place>(placeKey) }));
  const [cursor, setCursor] = useState(place.row);
  const [exporting, setExporting] = useState(false);
  const [typed, setTyped] = useState(address.search);
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const first = level === 1;
  useTitle(first ? props.title : undefined);

  useEffect(() => setTyped(address.search), [address.search]);
  const search = useDebouncedCallback((text: string) => address.set({ search: text }), 250);

  const shownColumns = useMemo(() => columns.filter((c) => visibility[c.id] !== false), [columns, visibility]);
  const asked = {
    search: address.search,
    filters: address.filters,
    sort: address.sort,
    tab: address.tab,
    columns: shownColumns.map((c) => c.id),
  };
  const queryKey = [...props.queryKey, 'list', asked.search, asked.filters, asked.sort, asked.tab, props.loadsColumns ? asked.columns : []];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => props.load({ ...asked, cursor: pageParam || undefined, limit: pageSize }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchOnMount: (one) => one.state.isInvalidated || (one.state.data?.pages.length ?? 0) <= fewPages,
    refetchOnWindowFocus: (one) => (one.state.data?.pages.length ?? 0) <= fewPages,
  });
  const loaded = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const live = useLiveRows({
    queryKey,
    loaded,
    at: query.dataUpdatedAt,
    pages: query.data?.pages.length ?? 0,
    rowId,
    print: (row) => columns.map((c) => c.text(row)).join('\u001f'),
    busy: cursor >= 0,
  });
  const rows = live.rows;

  const ticked = useMemo(() => (selection.size === 0 ? [] : rows.filter((row) => selection.has(rowId(row)))), [rows, selection, rowId]);
  const total = query.data?.pages[0]?.total;

  const latestPlace = useRef({ key: placeKey, row: cursor });
  latestPlace.current = { key: placeKey, row: cursor };
  useLayoutEffect(() => {
    if (first && place.top > 0) window.scrollTo(0, place.top); // whoever did not come back is taken to the top by the router
    return () => {
      client.setQueryData<Place>(latestPlace.current.key, { ...place, top: window.scrollY, row: latestPlace.current.row });
    };
  }, [client, place, first]);

  const openAt = (index: number) => {
    const row = rows[index];
    if (!row) return;
    latestPlace.current.row = index;
    if (props.rowTo) void navigate({ to: props.rowTo(row) });
    else props.onOpen?.(row);
  };
  const tick = (index: number) => {
    const row = rows[index];
    if (!row) return;
    const next = new Set(selection);
    if (!next.delete(rowId(row))) next.add(rowId(row));
    setSelection(next);
  };
  const latest = useRef({ openAt, tick, intent: props.onIntent });
  latest.current = { openAt, tick, intent: props.onIntent };
  const [rowActs] = useState<RowActs<Row>>(() => ({
    open: (index) => latest.current.openAt(index),
    tick: (index) => latest.current.tick(index),
    leave: (index) => {
      latestPlace.current.row = index;
    },
    intent: (row) => latest.current.intent?.(row),
  }));
  const opens = Boolean(props.rowTo || props.onOpen);
  const move = (by: number) => setCursor((at) => Math.max(0, Math.min(rows.length - 1, at + by)));
  useShortcut('j', words.keys.down, () => move(1), { enabled: first });
  useShortcut('k', words.keys.up, () => move(-1), { enabled: first });
  useShortcut('o', words.keys.open, () => openAt(cursor), { enabled: first && opens });
  useShortcut('x', words.keys.select, () => cursor >= 0 && tick(cursor), { enabled: first && acts.length > 0 });
  useShortcut('/', words.keys.search, () => input.current?.focus(), { enabled: first && searchable });
  useShortcut('c', create?.label ?? '', () => create?.run(), { enabled: first && Boolean(create) });
  useAct(create?.label, () => create?.run());

  const { ref: sentinel, entry } = useIntersection({ rootMargin: '400px' });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (entry?.isIntersecting && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [entry, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const narrowed = address.search !== '' || Object.keys(address.filters).length > 0;
  const clear = () => address.set({ search: '', filters: {} });
  const save = (chosen: Row[]) =>
    download(
      `${name}.csv`,
      csv(
        shownColumns.map((c) => c.label),
        chosen.map((row) => shownColumns.map((c) => c.text(row))),
      ),
      'text/csv',
    );
  const sortBy = (id: string) => address.set({ sort: address.sort === id ? `-${id}` : address.sort === `-${id}` ? '' : id });

  return (
    <Stack gap="md" component="section" aria-label={props.title}>
      <div className={classes.head}>
        <div className={classes.grow}>
          <Group gap="xs" align="baseline">
            <Title order={level}>{props.title}</Title>
            {query.isSuccess && (
              <Text c="dimmed" size="sm" span>
                {number(total ?? rows.length)}
                {hasNextPage && total === undefined ? '+' : ''}
              </Text>
            )}
          </Group>
          {props.intro && (
            <Text c="dimmed" size="sm">
              {props.intro}
            </Text>
          )}
        </div>
        {create && (
          <Button leftSection={<IconPlus size={16} />} onClick={create.run} variant={first ? 'filled' : 'default'}>
            {create.label}
          </Button>
        )}
      </div>
      {first && (searchable || filters.length > 0) && <SavedViews list={name} address={address} tabs={props.tabs} />}
      <div className={classes.bar}>
        {ticked.length > 0 ? (
          <>
            <Text size="sm" fw={600} role="status">
              {words.list.selected(number(ticked.length))}
            </Text>
            <Menu position="bottom-start" returnFocus>
              <Menu.Target>
                <Button variant="default" rightSection={<IconChevronDown size={16} />}>
                  {words.list.actions}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {acts.map((act) => (
                  <Menu.Item
                    key={act.label}
                    leftSection={act.icon}
                    disabled={act.single && ticked.length > 1}
                    c={act.danger ? 'var(--mantine-color-error)' : undefined}
                    onClick={() => act.run(ticked)}
                  >
                    {act.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button variant="subtle" color="gray" onClick={() => setSelection(new Set())}>
              {words.list.unselect}
            </Button>
          </>
        ) : (
          <>
            {searchable && (
              <TextInput
                ref={input}
                type="search"
                aria-label={words.list.search}
                placeholder={words.list.search}
                leftSection={<IconSearch size={16} />}
                value={typed}
                onChange={(e) => {
                  setTyped(e.currentTarget.value);
                  search(e.currentTarget.value);
                }}
                w={{ base: '100%', xs: 260 }}
              />
            )}
            <FilterBuilder filters={filters} value={address.filters} onChange={(value) => address.set({ filters: value })} />
          </>
        )}
        <span className={classes.grow} />
        {props.toolbar}
        <Menu position="bottom-end" closeOnItemClick={false} returnFocus width={220}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={words.list.tools}>
              <IconAdjustmentsHorizontal size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <SortChooser columns={shownColumns.filter((c) => c.sortable)} sort={address.sort} sortBy={sortBy} />
            <ColumnChooser
              columns={columns.map((c, i) => ({ id: c.id, label: c.label, shown: visibility[c.id] !== false, fixed: i === 0 }))}
              toggle={(id) => setVisibility({ ...visibility, [id]: visibility[id] === false })}
            />
            <Menu.Divider />
            <Menu.CheckboxItem checked={dense} onChange={() => setDense(!dense)}>
              {words.list.dense}
            </Menu.CheckboxItem>
            <Menu.Item
              closeMenuOnClick
              onClick={() => (ticked.length > 0 || !hasNextPage ? save(ticked.length > 0 ? ticked : rows) : setExporting(true))}
              disabled={rows.length === 0}
            >
              {words.do.export}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <Export
        opened={exporting}
        onClose={() => setExporting(false)}
        load={(from) => props.load({ ...asked, cursor: from || undefined, limit: exportSize })}
        save={save}
      />
      <LiveBar held={live.held} moved={live.moved} said={live.said} show={live.settle} />
      <div
        className={`${classes.frame} ${query.isPlaceholderData ? classes.waiting : ''}`}
        aria-busy={query.isPlaceholderData || undefined}
        {...live.place}
      >
        {query.isPending && (
          <div style={{ paddingInline: 16 }}>
            <RowsSkeleton />
          </div>
        )}
        {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && rows.length === 0 && (narrowed ? <NoMatchState clear={clear} /> : props.empty)}
        {rows.length > 0 && (
          <Table
            className={classes.table}
            verticalSpacing={dense ? 4 : 10}
            horizontalSpacing="sm"
            aria-label={props.title}
            aria-rowcount={hasNextPage ? (total ?? -1) : rows.length + 1}
          >
            <Table.Thead>
              <tr>
                {acts.length > 0 && (
                  <th data-tick scope="col">
                    <input
                      type="checkbox"
                      className={classes.tick}
                      aria-label={words.list.selectAll}
                      checked={ticked.length === rows.length}
                      ref={(box) => {
                        if (box) box.indeterminate = ticked.length > 0 && ticked.length < rows.length;
                      }}
                      onChange={(e) => setSelection(e.currentTarget.checked ? new Set(rows.map(rowId)) : new Set())}
                    />
                  </th>
                )}
                {shownColumns.map((column) => (
                  <Heading key={column.id} column={column} sort={address.sort} onSort={() => sortBy(column.id)} />
                ))}
              </tr>
            </Table.Thead>
            <RowWindow rows={rows.length} columns={shownColumns.length + 1} guess={dense ? 33 : 45} place={place} at={cursor}>
              {(from, to) =>
                rows
                  .slice(from, to)
                  .map((row, i) => (
                    <ListRow
                      key={rowId(row)}
                      row={row}
                      index={from + i}
                      name={props.rowName(row)}
                      columns={shownColumns}
                      at={cursor === from + i}
                      ticks={acts.length > 0}
                      ticked={selection.has(rowId(row))}
                      opens={opens}
                      to={props.rowTo?.(row)}
                      mark={live.marks.get(rowId(row))}
                      acts={rowActs}
                    />
                  ))
              }
            </RowWindow>
          </Table>
        )}
      </div>
      {hasNextPage && (
        <Group justify="center" ref={sentinel}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.list.more}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The name of a column; where the list can be in its order, a button that puts it so. */
function Heading<Row>({ column, sort, onSort }: { column: Column<Row>; sort: string; onSort: () => void }) {
  const down = sort === `-${column.id}`;
  const sorted = down || sort === column.id;
  return (
    <th
      className={column.align && classes.right}
      data-wide={column.wide || undefined}
      scope="col"
      aria-sort={sorted ? (down ? 'descending' : 'ascending') : undefined}
    >
      {column.sortable ? (
        <UnstyledButton className={classes.sort} onClick={onSort} title={words.list.sortBy(column.label)}>
          {column.label}
          {sorted && (down ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
        </UnstyledButton>
      ) : (
        column.label
      )}
    </th>
  );
}

function initially<Row>(columns: Column<Row>[]): Record<string, boolean> {
  return Object.fromEntries(columns.filter((c) => c.hidden).map((c) => [c.id, false]));
}
