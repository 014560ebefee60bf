import { ActionIcon, Button, Checkbox, Group, Menu, Stack, Table, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback, useIntersection } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconChevronDown, IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { flexRender, getCoreRowModel, type RowSelectionState, useReactTable, type VisibilityState } from '@tanstack/react-table';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Page } from '@/api/client';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { usePreference } from '@/app/preferences';
import { number, words } from '@/words';
import { csv, download } from './csv';
import { type Filter, FilterBuilder } from './FilterBuilder';
import { ListRow } from './ListRow';
import { LiveBar } from './LiveBar';
import classes from './list.module.css';
import { useLiveRows } from './liveRows';
import { SavedViews } from './SavedViews';
import { ErrorState, NoMatchState, RowsSkeleton } from './States';
import { useListAddress } from './useListAddress';

/** A column. text is what an export holds, and what the row shows unless cell says it better. */
export interface Column<Row> {
  id: string;
  label: string;
  text: (row: Row) => string | number | null | undefined;
  cell?: (row: Row) => ReactNode;
  align?: 'right';
  /** Not shown until it is chosen. */
  hidden?: boolean;
}

/** What can be done with rows that are ticked. */
export interface BulkAct<Row> {
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  run: (rows: Row[]) => void;
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
  load: (query: { cursor?: string; limit: number; search: string; filters: Record<string, string> }) => Promise<Page<Row>>;
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

/** A list: title, saved views, search, filters, columns, density, ticking with acts, export, paging by scrolling, keys. */
export function List<Row>(props: ListProps<Row>) {
  const { name, columns, filters = [], acts = [], rowId, create, searchable = true, level = 1 } = props;
  const address = useListAddress(useMemo(() => filters.map((f) => f.id), [filters]));
  const [dense, setDense] = usePreference(`list.${name}.dense`, false);
  const [visibility, setVisibility] = usePreference<VisibilityState>(`list.${name}.columns`, initially(columns));
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [cursor, setCursor] = useState(-1);
  const [typed, setTyped] = useState(address.search);
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const first = level === 1;

  useEffect(() => setTyped(address.search), [address.search]);
  const search = useDebouncedCallback((text: string) => address.set({ search: text }), 250);

  const queryKey = [...props.queryKey, 'list', address.search, address.filters];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      props.load({ cursor: pageParam || undefined, limit: pageSize, search: address.search, filters: address.filters }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
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

  const table = useReactTable({
    data: rows,
    columns: useMemo(
      () =>
        columns.map((c) => ({
          id: c.id,
          header: c.label,
          accessorFn: c.text,
          cell: (cell: { row: { original: Row } }) => (c.cell ?? c.text)(cell.row.original),
        })),
      [columns],
    ),
    getCoreRowModel: getCoreRowModel(),
    getRowId: rowId,
    state: { rowSelection: selection, columnVisibility: visibility },
    onRowSelectionChange: setSelection,
    onColumnVisibilityChange: (change) => setVisibility(typeof change === 'function' ? change(visibility) : change),
    enableRowSelection: acts.length > 0,
  });
  const ticked = rows.filter((row) => selection[rowId(row)]);

  const open = (row: Row | undefined) => {
    if (!row) return;
    if (props.rowTo) void navigate({ to: props.rowTo(row) });
    else props.onOpen?.(row);
  };
  const opens = Boolean(props.rowTo || props.onOpen);
  const move = (by: number) => setCursor((at) => Math.max(0, Math.min(rows.length - 1, at + by)));
  useShortcut('j', words.keys.down, () => move(1), { enabled: first });
  useShortcut('k', words.keys.up, () => move(-1), { enabled: first });
  useShortcut('o', words.keys.open, () => open(rows[cursor]), { enabled: first && opens });
  useShortcut('x', words.keys.select, () => rows[cursor] && table.getRow(rowId(rows[cursor])).toggleSelected(), {
    enabled: first && acts.length > 0,
  });
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
  const save = () => {
    const shown = columns.filter((c) => visibility[c.id] !== false);
    const chosen = ticked.length > 0 ? ticked : rows;
    download(
      `${name}.csv`,
      csv(
        shown.map((c) => c.label),
        chosen.map((row) => shown.map((c) => c.text(row))),
      ),
      'text/csv',
    );
  };

  return (
    <Stack gap="md" component="section" aria-label={props.title}>
      <div className={classes.head}>
        <div className={classes.grow}>
          <Group gap="xs" align="baseline">
            <Title order={level}>{props.title}</Title>
            {query.isSuccess && (
              <Text c="dimmed" size="sm" span>
                {number(rows.length)}
                {hasNextPage ? '+' : ''}
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
      {first && (searchable || filters.length > 0) && <SavedViews list={name} address={address} />}
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
                    c={act.danger ? 'var(--mantine-color-error)' : undefined}
                    onClick={() => act.run(ticked)}
                  >
                    {act.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button variant="subtle" color="gray" onClick={() => setSelection({})}>
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
            <Menu.Label>{words.list.columns}</Menu.Label>
            {table.getAllLeafColumns().map((column, i) => (
              <Menu.CheckboxItem
                key={column.id}
                checked={column.getIsVisible()}
                disabled={i === 0}
                onChange={() => column.toggleVisibility()}
              >
                {columns.find((c) => c.id === column.id)?.label}
              </Menu.CheckboxItem>
            ))}
            <Menu.Divider />
            <Menu.CheckboxItem checked={dense} onChange={() => setDense(!dense)}>
              {words.list.dense}
            </Menu.CheckboxItem>
            <Menu.Item onClick={save} disabled={rows.length === 0}>
              {words.do.export}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <LiveBar held={live.held} moved={live.moved} said={live.said} show={live.settle} />
      <div className={classes.frame} {...live.place}>
        {query.isPending && (
          <div style={{ paddingInline: 16 }}>
            <RowsSkeleton />
          </div>
        )}
        {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && rows.length === 0 && (narrowed ? <NoMatchState clear={clear} /> : props.empty)}
        {rows.length > 0 && (
          <Table className={classes.table} verticalSpacing={dense ? 4 : 10} horizontalSpacing="md" aria-label={props.title}>
            <Table.Thead>
              {table.getHeaderGroups().map((group) => (
                <Table.Tr key={group.id}>
                  {acts.length > 0 && (
                    <Table.Th w={44}>
                      <Checkbox
                        size="xs"
                        aria-label={words.list.selectAll}
                        checked={table.getIsAllRowsSelected()}
                        indeterminate={table.getIsSomeRowsSelected()}
                        onChange={table.getToggleAllRowsSelectedHandler()}
                      />
                    </Table.Th>
                  )}
                  {group.headers.map((header) => (
                    <Table.Th key={header.id} className={columns.find((c) => c.id === header.id)?.align && classes.right} scope="col">
                      {flexRender(header.column.columnDef.header, header.getContext())}
                    </Table.Th>
                  ))}
                </Table.Tr>
              ))}
            </Table.Thead>
            <Table.Tbody>
              {table.getRowModel().rows.map((row, i) => (
                <ListRow
                  key={row.id}
                  row={row}
                  at={cursor === i}
                  ticks={acts.length > 0}
                  mark={live.marks.get(row.id)}
                  name={props.rowName(row.original)}
                  open={opens ? () => open(row.original) : undefined}
                >
                  {row.getVisibleCells().map((one, c) => {
                    const shown = flexRender(one.column.columnDef.cell, one.getContext());
                    const column = columns.find((other) => other.id === one.column.id);
                    return (
                      <Table.Td
                        key={one.id}
                        className={column?.align && classes.right}
                        data-label={column?.label}
                        data-first={c === 0 || undefined}
                      >
                        {c > 0 || !opens ? (
                          shown
                        ) : props.rowTo ? (
                          <Link to={props.rowTo(row.original)} className={classes.name}>
                            {shown}
                          </Link>
                        ) : (
                          <UnstyledButton className={classes.name} onClick={() => open(row.original)}>
                            {shown}
                          </UnstyledButton>
                        )}
                      </Table.Td>
                    );
                  })}
                </ListRow>
              ))}
            </Table.Tbody>
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

function initially<Row>(columns: Column<Row>[]): VisibilityState {
  return Object.fromEntries(columns.filter((c) => c.hidden).map((c) => [c.id, false]));
}
