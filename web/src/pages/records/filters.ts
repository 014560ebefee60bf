import type { QueryClient } from '@tanstack/react-query';
import { all, listRecords, literal } from '@/api/odata';
import type { Filter, Finder } from '@/patterns/FilterBuilder';
import { words } from '@/words';
import { callOf } from './choices';
import { type Field, objectQuery } from './queries';

const say = words.desk.operators;

/** What can be asked of a field, by its type. */
type Operator = keyof typeof say;

const byType: Record<Field['type'], Operator[]> = {
  text: ['contains', 'is', 'starts', 'empty', 'filled'],
  longtext: ['contains', 'empty', 'filled'],
  picklist: ['is', 'not', 'empty', 'filled'],
  link: ['is', 'empty', 'filled'],
  boolean: ['is'],
  number: ['is', 'least', 'most', 'empty', 'filled'],
  decimal: ['is', 'least', 'most', 'empty', 'filled'],
  money: ['is', 'least', 'most', 'empty', 'filled'],
  datetime: ['from', 'before', 'empty', 'filled'],
};

/** Finds records by what is typed; value is the field that is meant, their key where it is not named. */
export function finder(client: QueryClient, set: string, value = 'RecId'): Finder {
  const rows = async (query: { search?: string; filter?: string }) => {
    const def = await client.ensureQueryData(objectQuery(set));
    const select = ['RecId', value, def.title, def.number, ...def.list_columns].filter(Boolean);
    const title = def.title || def.number;
    const typed = query.search?.trim();
    const searched = def.fields.some((f) => f.searchable);
    const page = await listRecords(set, {
      select,
      top: 30,
      search: searched ? typed : undefined,
      filter: all([query.filter, !searched && typed && title ? `contains(${title},${literal(typed)})` : undefined]),
      orderby: typed || !def.title ? undefined : def.title,
    });
    const seen = new Set<string>();
    return page.items.flatMap((record) => {
      const stored = String(record[value] ?? '');
      if (!stored || seen.has(stored)) return [];
      seen.add(stored);
      return [{ value: stored, label: callOf(def, record) }];
    });
  };
  return {
    name: `${set}.${value}`,
    find: (text) => rows({ search: text }),
    nameOf: async (stored) => (await rows({ filter: `${value} eq ${literal(stored)}` }))[0]?.label ?? stored,
  };
}

/** Looks with several finders, and shows what the first of them has first. */
function together(finders: Finder[]): Finder {
  return {
    name: finders.map((one) => one.name).join(),
    find: async (text) => (await Promise.all(finders.map((one) => one.find(text)))).flat(),
    nameOf: async (stored) => {
      const names = await Promise.all(finders.map((one) => one.nameOf(stored)));
      return names.find((name) => name !== stored) ?? stored;
    },
  };
}

function kindOf(field: Field, operator: Operator, client: QueryClient): Partial<Filter> & Pick<Filter, 'kind'> {
  if (operator === 'empty' || operator === 'filled') return { kind: 'none' };
  switch (field.type) {
    case 'boolean':
      return {
        kind: 'choice',
        choices: [
          { value: 'true', label: words.state.yes },
          { value: 'false', label: words.state.no },
        ],
      };
    case 'datetime':
      return { kind: 'day' };
    case 'number':
    case 'decimal':
    case 'money':
      return { kind: 'number' };
    case 'link':
      if (!field.targets?.length) return { kind: 'text' };
      return { kind: 'found', finder: together(field.targets.map((to) => finder(client, to.set))) };
    case 'picklist':
      if (field.options) return { kind: 'choice', choices: field.options };
      return field.from ? { kind: 'found', finder: finder(client, field.from.set, field.from.value) } : { kind: 'text' };
    default:
      return { kind: 'text' };
  }
}

/** The conditions that a list of an object offers. Their ids stand in addresses: Status.is, CreatedDateTime.from. */
export function filtersOf(fields: readonly Field[], client: QueryClient): Filter[] {
  return fields
    .filter((f) => f.filterable && !f.mirror)
    .flatMap((field) =>
      byType[field.type].map((operator) => ({
        id: `${field.name}.${operator}`,
        field: field.name,
        label: field.label,
        operator: say[operator],
        ...kindOf(field, operator, client),
      })),
    );
}

const none = '00000000000000000000000000000000'; // the key of no record

/** The value as the condition has it; undefined where it is none of the field's type. */
function valueIn(field: Field, text: string): string | undefined {
  switch (field.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? text : undefined;
    case 'number':
      return /^-?\d{1,18}$/.test(text.trim()) ? text.trim() : undefined;
    case 'decimal':
    case 'money': {
      const plain = text.trim().replace(',', '.');
      return /^-?\d{1,14}(\.\d{1,4})?$/.test(plain) ? plain : undefined;
    }
    case 'datetime': {
      const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`) : undefined; // midnight where the person is
      return day && !Number.isNaN(day.getTime()) ? literal(day) : undefined;
    }
    case 'link':
      return literal(/^[0-9A-Fa-f]{32}$/.test(text) ? text : none);
    default:
      return literal(text);
  }
}

function clause(field: Field, operator: Operator, text: string): string {
  if (operator === 'empty') return `${field.name} eq null`;
  if (operator === 'filled') return `${field.name} ne null`;
  const value = valueIn(field, text);
  if (value === undefined) return `RecId eq ${literal(none)}`; // what is no number is in no record
  switch (operator) {
    case 'contains':
      return `contains(${field.name},${value})`;
    case 'starts':
      return `startswith(${field.name},${value})`;
    case 'not':
      return `${field.name} ne ${value}`;
    case 'least':
    case 'from':
      return `${field.name} ge ${value}`;
    case 'most':
      return `${field.name} le ${value}`;
    case 'before':
      return `${field.name} lt ${value}`;
    default:
      return `${field.name} eq ${value}`;
  }
}

/** The conditions that are set, as $filter. */
export function filterOf(fields: readonly Field[], filters: Record<string, string>): string | undefined {
  return all(
    Object.entries(filters).map(([id, text]) => {
      const at = id.lastIndexOf('.');
      const field = fields.find((f) => f.name === id.slice(0, at));
      const operator = id.slice(at + 1) as Operator;
      return field && byType[field.type].includes(operator) ? clause(field, operator, text) : undefined;
    }),
  );
}
