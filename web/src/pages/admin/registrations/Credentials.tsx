import { Button, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Status, type Tone } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { type Credential, type Registration, registrationsKey, stateOf, usable } from './queries';

const text = words.registrations;

const tones: Record<ReturnType<typeof stateOf>, Tone> = { live: 'good', pending: 'wait', ended: 'off', revoked: 'off' };

/** When a credential that ends soon deserves attention, in milliseconds. */
const soon = 30 * 24 * 3600 * 1000;

/** The secrets and keys of a registration: when and from where each was last used, and how to end it. */
export function Credentials({ registration }: { registration: Registration }) {
  const client = useQueryClient();
  const [all, setAll] = useState(false);
  const [revoking, setRevoking] = useState<Credential>();
  const live = usable(registration);
  const ended = registration.credentials.filter((c) => !live.includes(c));
  const last = revoking !== undefined && live.length === 1;

  const revoke = async () => {
    if (!revoking) return;
    const path = { id: registration.id, credential: revoking.id };
    const query = last ? { confirm: registration.client_id } : {};
    if (revoking.kind === 'secret') await api.DELETE('/registrations/{id}/secrets/{credential}', { params: { path, query } });
    else await api.DELETE('/registrations/{id}/keys/{credential}', { params: { path, query } });
    await client.invalidateQueries({ queryKey: registrationsKey });
    done(text.revoke.done);
    setRevoking(undefined);
  };

  return (
    <Stack gap="sm">
      {live.length === 0 && (
        <Text size="sm" role="status">
          {text.record.noCredentials}
        </Text>
      )}
      {(live.length > 0 || all) && (
        <Table.ScrollContainer type="native" tabIndex={0} minWidth={560}>
          <Table verticalSpacing="xs" aria-label={text.record.credentials}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text.record.credential}</Table.Th>
                <Table.Th>{text.record.state}</Table.Th>
                <Table.Th>{text.record.lastUsed}</Table.Th>
                <Table.Th>{text.record.expires}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{words.list.actions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...live, ...(all ? ended : [])].map((c) => (
                <Row key={c.id} credential={c} revoke={live.includes(c) ? () => setRevoking(c) : undefined} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {ended.length > 0 && (
        <div>
          <Button variant="subtle" size="compact-sm" color="gray" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? text.record.hideEnded : text.record.showEnded(number(ended.length))}
          </Button>
        </div>
      )}
      <Confirm
        opened={revoking !== undefined}
        title={text.revoke.title(revoking ? nameOf(revoking) : '')}
        act={text.revoke.act}
        name={last ? registration.client_id : undefined}
        onConfirm={revoke}
        onClose={() => setRevoking(undefined)}
      >
        {last && (
          <Text size="sm" fw={600} mb={6}>
            {text.revoke.last}
          </Text>
        )}
        {text.revoke.effect}
      </Confirm>
    </Stack>
  );
}

/** What a credential is called: its label, or what it is. */
export const nameOf = (c: Credential): string => c.label || (c.kind === 'secret' ? text.record.secret : text.record.key);

function Row({ credential: c, revoke }: { credential: Credential; revoke?: () => void }) {
  const state = stateOf(c);
  const ends = state === 'live' && c.expires_at && Date.parse(c.expires_at) - Date.now() < soon;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {nameOf(c)}
        </Text>
        <span className="mono">{c.hint}</span>
      </Table.Td>
      <Table.Td>
        <Status tone={ends ? 'attention' : tones[state]}>{text.record[state]}</Status>
      </Table.Td>
      <Table.Td>
        <Time at={c.last_used_at} none={words.state.never} />
        {c.last_address && (
          <Text size="xs" c="dimmed">
            {text.record.from(c.last_address)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Time at={c.revoked_at ?? c.expires_at} none={words.state.never} />
      </Table.Td>
      <Table.Td ta="end">
        {revoke && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            onClick={revoke}
            aria-label={`${text.revoke.act}: ${nameOf(c)} ${c.hint}`}
          >
            {text.revoke.act}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
