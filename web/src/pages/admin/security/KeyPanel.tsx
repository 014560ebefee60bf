import { Button, Drawer, Group, NativeSelect, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { PersonName } from '@/pages/admin/people/PersonName';
import { done, failed } from '@/patterns/notice';
import { Facts } from '@/patterns/Record';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { type Key, keysKey } from './queries';

const text = words.security.keys;
const graces = words.registrations.rotate.graces;

interface Props {
  value: Key | undefined;
  name: string | undefined;
  onClose: () => void;
  onMade: (key: Schema<'Issued'>) => void;
  onDelete: (key: Key) => void;
}

/** What is known of a key, and what can be done with it. */
export function KeyPanel({ value: key, name, onClose, onMade, onDelete }: Props) {
  const client = useQueryClient();
  const [grace, setGrace] = useState('604800');
  const path = { params: { path: { id: key?.id ?? '' } } };

  const change = async (act: () => Promise<void>) => {
    try {
      await act();
      await client.invalidateQueries({ queryKey: keysKey });
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  const rotate = () =>
    change(async () => onMade(await body(api.POST('/keys/{id}/rotation', { ...path, body: { grace_seconds: Number(grace) } }))));
  const enable = (enabled: boolean) =>
    change(async () => {
      await api.PATCH('/keys/{id}', { ...path, body: { enabled } });
      done(words.state.saved);
    });

  return (
    <Drawer opened={key !== undefined} onClose={onClose} title={name} closeButtonProps={{ 'aria-label': words.do.close }}>
      {key && (
        <Stack gap="lg">
          <Facts
            facts={[
              [text.group, key.group],
              [text.role, key.role],
              [text.onBehalfOf, <PersonName key="for" id={key.on_behalf_of} />],
              [
                text.hint,
                <span key="hint" className="mono">
                  {key.hint}
                </span>,
              ],
              [text.networks, key.cidrs.join(', ') || words.state.anywhere],
              [
                text.lastUsed,
                <span key="used">
                  <Time at={key.last_used_at} none={words.state.never} />{' '}
                  {key.last_address && words.registrations.record.from(key.last_address)}
                </span>,
              ],
              [text.uses, number(key.uses)],
              [text.expires, <Time key="end" at={key.expires_at} none={words.state.never} />],
              [text.created, <Time key="made" at={key.created_at} />],
              [text.createdBy, key.created_by],
            ]}
          />
          <Group align="flex-end">
            <NativeSelect
              label={words.registrations.rotate.grace}
              value={grace}
              onChange={(e) => setGrace(e.currentTarget.value)}
              data={Object.entries(graces).map(([value, label]) => ({ value, label }))}
            />
            <Button onClick={() => void rotate()}>{text.rotate}</Button>
          </Group>
          <Group>
            <Button variant="default" onClick={() => void enable(!key.enabled)}>
              {key.enabled ? words.do.disable : words.do.enable}
            </Button>
            <Button variant="default" c="var(--mantine-color-error)" onClick={() => onDelete(key)}>
              {words.do.delete}
            </Button>
          </Group>
        </Stack>
      )}
    </Drawer>
  );
}
