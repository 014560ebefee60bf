import type { Schema } from '@/api/client';
import type { RoleDetail, RoleRight } from './queries';

/** What is typed of a role. Each object's right is a field of its own, so that two people may change two of them; undefined is none. */
export type RoleDraft = {
  name: string;
  label: string;
  description: string;
  includes: string[];
  admin: boolean;
} & { [right: `right:${string}`]: RoleRight | undefined };

/** The field of an object's right. */
export const rightField = (object: string): `right:${string}` => `right:${object}`;

/** A role as it is typed; none for a new one. */
export function draftOf(role: Partial<RoleDetail>): RoleDraft {
  const rights = Object.entries(role.rights ?? {}).map(([object, right]) => [rightField(object), right]);
  return {
    name: role.name ?? '',
    label: role.label ?? '',
    description: role.description ?? '',
    includes: role.includes ?? [],
    admin: role.admin ?? false,
    ...Object.fromEntries(rights),
  };
}

/** The rights of a draft by object, in order of their names, the one for every object last. */
export function rightsOf(draft: RoleDraft): [object: string, right: RoleRight][] {
  return Object.entries(draft)
    .flatMap(([field, right]): [string, RoleRight][] => (field.startsWith('right:') && right ? [[field.slice(6), right as RoleRight]] : []))
    .sort(([a], [b]) => (a === '*' ? 1 : b === '*' ? -1 : a.localeCompare(b)));
}

/** A draft as the API takes it. */
export function definitionOf(draft: RoleDraft): Schema<'RoleDefinition'> {
  return {
    label: draft.label,
    description: draft.description,
    includes: draft.includes,
    admin: draft.admin,
    rights: Object.fromEntries(rightsOf(draft)),
  };
}

/** Whether a role may have this name. */
export const validName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name);
