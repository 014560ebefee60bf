import { Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { Row } from '@/pages/account/Rows';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { type PersonDetail, peopleKey } from './queries';

const text = words.people.breakGlass;

/** Whether a person is a break-glass administrator, who made them one, and the switch. */
export function BreakGlass({ person }: { person: PersonDetail }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const mark = person.break_glass_mark;
  const on = person.break_glass;

  const change = async () => {
    const path = { params: { path: { id: person.id } } };
    if (on) await api.DELETE('/people/{id}/break-glass', path);
    else await api.PUT('/people/{id}/break-glass', path);
    await client.invalidateQueries({ queryKey: peopleKey });
    done(on ? text.removed(person.name) : text.set(person.name));
    setAsking(false);
  };
  return (
    <>
      <Row
        alone
        name={text.title}
        detail={
          <>
            {text.help}{' '}
            {mark && (
              <>
                {text.by(mark.login)} <Time at={mark.at} />.
              </>
            )}
          </>
        }
        act={<Switch checked={on} onChange={() => setAsking(true)} aria-label={text.title} />}
      />
      <Confirm
        opened={asking}
        title={on ? text.removeTitle(person.name) : text.setTitle(person.name)}
        act={on ? text.remove : text.act}
        danger={on}
        onConfirm={change}
        onClose={() => setAsking(false)}
      >
        {on ? text.removeEffect : text.effect}
      </Confirm>
    </>
  );
}
