import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type ObjectSummary = Schema<'ObjectSummary'>;
export type ObjectDetail = Schema<'ObjectDetail'>;
export type Definition = Schema<'ObjectDefinition'>;
export type Field = Schema<'ObjectField'>;
export type Relationship = Schema<'ObjectRelationship'>;
export type Search = Schema<'ObjectSearch'>;
export type Action = Schema<'ObjectAction'>;
export type PickList = Schema<'PickListDetail'>;
export type PickValue = Schema<'PickListValue'>;

/** All queries on business objects begin with this. */
export const objectsKey = ['objects'] as const;

/** All queries on pick lists begin with this. */
export const listsKey = ['pick-lists'] as const;

/** An object's technical name as it stands in addresses: without the # at its end. */
export const nameOf = (object: string) => object.replace(/#$/, '');

/** The address of an object's page. */
export const objectTo = (object: string) => `/admin/business-objects/${encodeURIComponent(nameOf(object))}`;

/** The address of a list's page. */
export const listTo = (name: string) => `/admin/pick-lists/${encodeURIComponent(name)}`;

export const objectsQuery = queryOptions({
  queryKey: [...objectsKey, 'all'],
  queryFn: async () => (await body(api.GET('/objects'))).items,
});

export const objectQuery = (object: string) =>
  queryOptions({
    queryKey: [...objectsKey, 'one', nameOf(object).toLowerCase()],
    queryFn: () => body(api.GET('/objects/{object}', { params: { path: { object: nameOf(object) } } })),
  });

export const listsQuery = queryOptions({
  queryKey: [...listsKey, 'all'],
  queryFn: async () => (await body(api.GET('/lists'))).items,
});

export const listQuery = (list: string) =>
  queryOptions({
    queryKey: [...listsKey, 'one', list.toLowerCase()],
    queryFn: () => body(api.GET('/lists/{list}', { params: { path: { list } } })),
  });

export const usageQuery = (list: string) =>
  queryOptions({
    queryKey: [...listsKey, 'usage', list.toLowerCase()],
    queryFn: async () => (await body(api.GET('/lists/{list}/usage', { params: { path: { list } } }))).counts,
  });

/** Every field an object has: those of its base first. */
export const allFields = (o: ObjectDetail): Field[] => [...o.inherited, ...(o.definition.fields ?? [])];
