import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { count, words } from '@/words';
import { actingQuery, type PersonDetail, peopleKey, personQuery, roleLabel, sessionsOfQuery } from './queries';

const text = words.people.delete;

/** Deletes a person for good: says what goes with them, and what stays. */
export function DeletePerson({ opened, person, onClose }: { opened: boolean; person: PersonDetail; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const sessions = useQuery({ ...sessionsOfQuery(person.id), enabled: opened }).data ?? 0;
  const acting = useQuery({ ...actingQuery(person.id), enabled: opened }).data;
  const keys = (acting?.keys.length ?? 0) + (acting?.registrations.length ?? 0);

  const erase = async () => {
    await api.DELETE('/people/{id}', { params: { path: { id: person.id } } });
    await navigate({ to: '/admin/people' });
    client.removeQueries({ queryKey: personQuery(person.id).queryKey });
    await client.invalidateQueries({ queryKey: peopleKey });
    done(text.done(person.name));
  };
  return (
    <Confirm opened={opened} title={text.title(person.name)} act={text.act} name={person.name.trim()} onConfirm={erase} onClose={onClose}>
      {text.goes}
      <ul style={{ margin: '0.25rem 0', paddingInlineStart: '1.125rem' }}>
        {person.roles.length > 0 && <li>{text.roles(person.roles.map(roleLabel).join(', '))}</li>}
        <li>{text.sessions(count(sessions, text.openSession, text.openSessions))}</li>
        <li>{text.keys(count(keys, words.people.acting.some, words.people.acting.several))}</li>
      </ul>
      {text.stays} {text.final}
    </Confirm>
  );
}
