import { Drawer, Stack, Table, Text } from '@mantine/core';
import type { Schema } from '@/api/client';
import { Facts } from '@/patterns/Record';
import { exactTime } from '@/patterns/Time';
import { number, words } from '@/words';
import classes from './audit.module.css';

const text = words.audit;

/** A value as it was before or after. */
const shown = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** One entry: who, from where, and every field before and after. */
export function AuditEntryPanel({ entry, onClose }: { entry: Schema<'AuditEntry'> | undefined; onClose: () => void }) {
  const changes = Object.entries((entry?.changes ?? {}) as Record<string, [unknown, unknown]>);
  return (
    <Drawer
      opened={entry !== undefined}
      onClose={onClose}
      size={640}
      title={entry && `${text.entry(number(entry.seq))}: ${entry.action}`}
      closeButtonProps={{ 'aria-label': words.do.close }}
    >
      {entry && (
        <Stack gap="lg">
          <Facts
            facts={[
              [text.when, exactTime(entry.at)],
              [text.who, entry.login],
              [text.kind, entry.actor_kind],
              [text.address, entry.address],
              [text.what, entry.label],
              [text.object, entry.object],
              [
                text.target,
                <span key="target" className="mono">
                  {entry.target}
                </span>,
              ],
              [
                text.credential,
                <span key="credential" className="mono">
                  {entry.credential}
                </span>,
              ],
              [
                text.request,
                <span key="request" className="mono">
                  {entry.request_id}
                </span>,
              ],
              [text.flags, entry.flags?.join(', ')],
            ]}
          />
          {entry.erased ? (
            <Text size="sm">{text.erased}</Text>
          ) : changes.length === 0 ? (
            <Text size="sm" c="dimmed">
              {text.noChanges}
            </Text>
          ) : (
            <Table.ScrollContainer type="native" tabIndex={0} minWidth={480}>
              <Table verticalSpacing={6} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w="28%">{text.field}</Table.Th>
                    <Table.Th>{text.before}</Table.Th>
                    <Table.Th>{text.after}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {changes.map(([field, [before, after]]) => (
                    <Table.Tr key={field}>
                      <Table.Th scope="row" className={classes.field}>
                        {field}
                      </Table.Th>
                      <Table.Td className="mono">{shown(before)}</Table.Td>
                      <Table.Td className="mono">{shown(after)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Stack>
      )}
    </Drawer>
  );
}
