import { Button, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { words } from '@/words';
import classes from './objects.module.css';

interface Props<Part> {
  title: string;
  parts: Part[];
  empty: string;
  create: { label: string; run: () => void } | undefined;
  /** Heading and cell of each column after the name. */
  columns: [heading: string, cell: (part: Part) => ReactNode][];
  nameOf: (part: Part) => string;
  stock: (part: Part) => boolean | undefined;
  onOpen: (part: Part) => void;
}

/** The relationships, searches or actions of an object: open one by its name, or make one. */
export function PartTable<Part>({ title, parts, empty, create, columns, nameOf, stock, onOpen }: Props<Part>) {
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
                <Table.Tr key={nameOf(part)}>
                  <Table.Td>
                    <UnstyledButton className={classes.name} onClick={() => onOpen(part)}>
                      {nameOf(part)}
                    </UnstyledButton>
                  </Table.Td>
                  {columns.map(([heading, cell]) => (
                    <Table.Td key={heading}>{cell(part)}</Table.Td>
                  ))}
                  <Table.Td visibleFrom="sm">{stock(part) ? words.objects.field.origins.stock : words.objects.field.origins.own}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
