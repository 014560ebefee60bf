import type { Schema } from '@/api/client';
import { roleLabel } from '@/pages/admin/people/queries';

type Role = Schema<'RoleSummary'>;

/** What people have who are given no other role. */
export const standardRole = 'SelfService';

/** Roles to choose from. Two that are called the same are told apart by their names. */
export function roleChoices(roles: Role[], offered: (role: Role) => boolean): { value: string; label: string }[] {
  return roles.filter(offered).map((role) => {
    const label = roleLabel(role);
    const alone = roles.every((other) => other === role || roleLabel(other) !== label);
    return { value: role.name, label: alone ? label : `${label} (${role.name})` };
  });
}
