import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { personQuery } from './queries';

const recId = /^[0-9A-Fa-f]{32}$/;

/** Who a RecId names, with a link to their page; as it is where it names nobody. */
export function PersonName({ id }: { id: string }) {
  const known = recId.test(id);
  const person = useQuery({ ...personQuery(id), enabled: known, retry: false }).data;
  if (!person) return <span className={known ? 'mono' : undefined}>{id}</span>;
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to={`/admin/people/${person.id}`} {...props} />}>
      {person.name}
    </Anchor>
  );
}
