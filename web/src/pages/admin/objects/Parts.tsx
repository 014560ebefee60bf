import { Button, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { words } from '@/words';
import classes from './objects.module.css';
import type { ObjectDetail } from './queries';
import { useVersion } from './useVersion';

/** A relationship, a saved search or a quick action. */
interface Part {
  name: string;
  stock?: boolean;
}

/** What the panel of a part is given. */
export interface PartPanelProps<One> {
  object: ObjectDetail;
  /** The one to change; undefined to make one. */
  part: One | undefined;
  opened: boolean;
  onClose: () => void;
  onRemove: (part: One) => void;
}

interface PartsProps<One> {
  object: ObjectDetail;
  title: string;
  parts: One[] | undefined;
  text: { none: string; new: string; remove: string; removeTitle: (name: string) => string; removeEffect: string };
  /** Some can be made. */
  makes: boolean;
  columns: [heading: string, cell: (part: One) => ReactNode][];
  /** Removes one by its name. */
  erase: (name: string, header: { 'If-Match': string }) => Promise<{ data?: ObjectDetail }>;
  /** What else is to be known before one that came with the product is removed. */
  stockEffect?: string;
  panel: (props: PartPanelProps<One>) => ReactNode;
}

/** The relationships, searches or actions of an object: a table, the panel in which one is made and changed, removal. */
export function Parts<One extends Part>({
  object,
  title,
  parts = [],
  text,
  makes,
  columns,
  erase,
  stockEffect,
  panel: Panel,
}: PartsProps<One>) {
  const [open, setOpen] = useState<{ part?: One }>();
  const [removing, setRemoving] = useState<One>();
  const change = useVersion(object, removing !== undefined);
  const remove = async () => {
    if (!removing) return;
    await change((header) => erase(removing.name, header));
    done(words.state.saved);
    setRemoving(undefined);
    setOpen(undefined);
  };
  return (
    <>
      <PartTable
        title={title}
        parts={parts}
        empty={text.none}
        create={makes ? { label: text.new, run: () => setOpen({}) } : undefined}
        columns={columns}
        onOpen={(part) => setOpen({ part })}
      />
      <Panel object={object} part={open?.part} opened={open !== undefined} onClose={() => setOpen(undefined)} onRemove={setRemoving} />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle(removing?.name ?? '')}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect} {removing?.stock && stockEffect}
      </Confirm>
    </>
  );
}

interface TableProps<One> {
  title: string;
  parts: One[];
  empty: string;
  create: { label: string; run: () => void } | undefined;
  /** Heading and cell of each column after the name. */
  columns: [heading: string, cell: (part: One) => ReactNode][];
  onOpen: (part: One) => void;
}

function PartTable<One extends Part>({ title, parts, empty, create, columns, onOpen }: TableProps<One>) {
  useAct(create?.label, () => create?.run());
  useShortcut('c', create?.label ?? '', () => create?.run(), { enabled: create !== undefined });
  return (
    <Stack gap="md">
      {create && (
        <Group justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={create.run}>
            {create.label}
          </Button>
        </Group>
      )}
      {parts.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {empty}
        </Text>
      )}
      {parts.length > 0 && (
        <div className={classes.frame}>
          <Table verticalSpacing={8} horizontalSpacing="md" aria-label={title} className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.objects.field.name}</Table.Th>
                {columns.map(([heading]) => (
                  <Table.Th key={heading}>{heading}</Table.Th>
                ))}
                <Table.Th visibleFrom="sm">{words.objects.field.origin}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {parts.map((part) => (
                <Table.Tr key={part.name}>
                  <Table.Td>
                    <UnstyledButton className={classes.name} onClick={() => onOpen(part)}>
                      {part.name}
                    </UnstyledButton>
                  </Table.Td>
                  {columns.map(([heading, cell]) => (
                    <Table.Td key={heading}>{cell(part)}</Table.Td>
                  ))}
                  <Table.Td visibleFrom="sm">{part.stock ? words.objects.field.origins.stock : words.objects.field.origins.own}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
