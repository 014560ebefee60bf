import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A short list within a card: a name, what is to be said of it, and what can be done. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={label}>
      {children}
    </Stack>
  );
}

interface RowProps {
  name: string;
  status?: ReactNode;
  detail?: ReactNode;
  act?: ReactNode;
  /** It stands outside of a list. */
  alone?: boolean;
}

/** One of them. */
export function Row({ name, status, detail, act, alone }: RowProps) {
  return (
    <Group component={alone ? 'div' : 'li'} justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          {status}
        </Group>
        {detail && (
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {detail}
          </Text>
        )}
      </div>
      {act && (
        <Group gap={4} wrap="nowrap">
          {act}
        </Group>
      )}
    </Group>
  );
}
