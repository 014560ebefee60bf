import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { count, words } from '@/words';
import { type RoleDetail, roleQuery, rolesKey } from './queries';

const text = words.roles;

/** Deletes a role that nobody has; says who has it where somebody does. */
export function DeleteRole({ opened, role, onClose }: { opened: boolean; role: RoleDetail; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const held = text.heldBy;
  const who = [
    role.people > 0 && count(role.people, held.person, held.people),
    role.keys > 0 && count(role.keys, held.key, held.keys),
    role.registrations > 0 && count(role.registrations, held.registration, held.registrations),
  ].filter(Boolean);

  const erase = async () => {
    await api.DELETE('/roles/{name}', { params: { path: { name: role.name } } });
    await navigate({ to: '/admin/roles' });
    client.removeQueries({ queryKey: roleQuery(role.name).queryKey });
    await client.invalidateQueries({ queryKey: rolesKey });
    done(text.delete.done(role.label || role.name));
  };
  return (
    <Confirm
      opened={opened}
      title={text.delete.title(role.label || role.name)}
      act={text.delete.act}
      name={role.name}
      onConfirm={erase}
      onClose={onClose}
    >
      {who.length > 0 && <div>{text.delete.held(who.join(', '))}</div>}
      {role.included_by.length > 0 && <div>{text.delete.included(role.included_by.join(', '))}</div>}
      <div>{text.delete.effect}</div>
    </Confirm>
  );
}
