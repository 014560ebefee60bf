import type { ReactNode } from 'react';
import type { RecordData } from '@/api/odata';
import type { Column } from '@/patterns/List';
import { Time } from '@/patterns/Time';
import { decimal, number, words } from '@/words';
import { categoryOf, currencyOf, keyOf } from './definition';
import classes from './desk.module.css';
import type { Field, ObjectDetail } from './queries';
import { isPage, wordsOf } from './text';
import { money, RecordLink } from './Value';

/** So many characters of a text stand in a row. */
const shown = 160;

const filled = (value: unknown): value is string | number | boolean => value !== null && value !== undefined && value !== '';

/** What a cell is in a file: times in UTC, amounts with their currency. */
function exported(field: Field, record: RecordData): string | number | null {
  const value = record[field.type === 'link' ? keyOf(field) : field.name];
  if (!filled(value)) return null;
  if (typeof value === 'boolean') return value ? words.state.yes : words.state.no;
  if (field.type === 'money') return [value, record[currencyOf(field)]].filter(filled).join(' ');
  return typeof value === 'number' ? value : labelOf(field, value);
}

const labelOf = (field: Field, value: string): string =>
  (field.type === 'picklist' && field.options?.find((o) => o.value === value)?.label) || value;

function cut(text: string): string {
  const plain = isPage(text) ? wordsOf(text) : text;
  return plain.length > shown ? `${plain.slice(0, shown).trimEnd()}…` : plain;
}

/** A text in a row: two lines at most, in whatever direction it was written. */
const Cell = ({ children }: { children: string }) => (
  <span className={classes.cell}>
    <bdi>{children}</bdi>
  </span>
);

/** What a cell shows. The first one is the name of the row, which is a link already. */
function cell(object: ObjectDetail, field: Field, record: RecordData, first: boolean): ReactNode {
  const value = record[keyOf(field)];
  if (!filled(value)) return first ? words.record.untitled : null;
  const plain = String(value);
  switch (field.type) {
    case 'boolean':
      return value === true ? words.state.yes : words.state.no;
    case 'datetime':
      return <Time at={plain} />;
    case 'link':
      return first ? plain : <RecordLink object={String(record[categoryOf(field)] ?? field.target?.object ?? '')} id={plain} />;
    case 'money':
      return money(plain, record[currencyOf(field)]);
    case 'decimal':
      return decimal(Number(plain));
    case 'number':
      return field.name === object.number || /year|number$/i.test(field.name) ? plain : number(Number(plain));
    case 'picklist':
      if (field.name !== object.status?.field) return <Cell>{labelOf(field, plain)}</Cell>;
      return <span className={classes.pill}>{labelOf(field, plain)}</span>;
    default:
      return field.name === 'RecId' ? <span className="mono">{plain}</span> : <Cell>{cut(plain)}</Cell>;
  }
}

/** The columns of a list of an object: those that its definition puts first, then every other field to choose from. */
export function columnsOf(object: ObjectDetail): Column<RecordData>[] {
  const firsts = object.list_columns.flatMap((name) => object.fields.filter((f) => f.name === name));
  const others = object.fields.filter((f) => !firsts.includes(f) && !f.write_only && !f.mirror);
  return [...firsts, ...others].map((field, i) => ({
    id: field.name,
    label: field.label,
    text: (record) => exported(field, record),
    cell: (record) => cell(object, field, record, i === 0),
    align: /^(decimal|money)$/.test(field.type) || (field.type === 'number' && i > 0) ? 'right' : undefined,
    wide: field.name === object.title,
    sortable: field.sortable,
    hidden: i >= firsts.length,
  }));
}
