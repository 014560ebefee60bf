import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { type Registration, registrationsKey } from './queries';

const text = words.registrations;

interface Props {
  registrations: Registration[] | undefined;
  onClose: () => void;
  onDeleted?: () => void;
}

/** Delete: says what stops working, for each that is ticked (spec C9). */
export function DeleteRegistrations({ registrations = [], onClose, onDeleted }: Props) {
  const client = useQueryClient();
  const several = count(registrations.length, text.one, text.many);

  const remove = async () => {
    const results = await Promise.allSettled(
      registrations.map((r) => api.DELETE('/registrations/{id}', { params: { path: { id: r.id } } })),
    );
    onDeleted?.();
    await client.invalidateQueries({ queryKey: registrationsKey });
    const refused = results.filter((r) => r.status === 'rejected');
    if (refused[0]) {
      if (refused.length === registrations.length) throw refused[0].reason;
      done(text.delete.partly(count(registrations.length - refused.length, text.one, text.many), String(refused.length)));
    } else {
      done(text.delete.done(several));
    }
    onClose();
  };

  return (
    <Confirm
      opened={registrations.length > 0}
      title={text.delete.title(several)}
      act={text.delete.confirm}
      onConfirm={remove}
      onClose={onClose}
    >
      <Text size="sm" fw={600}>
        {text.delete.warning}
      </Text>
      {registrations.map((r) => (
        <Text size="sm" key={r.id} mt={6}>
          {text.delete.effect([r.application, r.description].filter(Boolean).join(', '))} {r.api_key_id && text.delete.keys}{' '}
          {text.delete.used}: <Time at={r.last_authenticated} none={words.state.never} />.
        </Text>
      ))}
      <Text size="sm" mt={6}>
        {text.delete.final}
      </Text>
    </Confirm>
  );
}
