import { Anchor, Group, Text, VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconExternalLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId, useState } from 'react';
import { CopyButton } from '@/patterns/CopyButton';
import { Time } from '@/patterns/Time';
import { decimal, number, words } from '@/words';
import { formats, localisation } from '@/words/localisation';
import { categoryOf, currencyOf, type Field, keyOf, type Values } from './definition';
import { useName, useSetOf } from './names';
import classes from './record.module.css';
import { isPage, wordsOf } from './text';

const text = words.record;

/** A text that somebody typed, in whatever direction and with whatever in it: it stays within itself. */
export function Typed({ children }: { children: string }) {
  return <bdi className={classes.typed}>{children}</bdi>;
}

/** A text of several lines, folded where it is long. A page, such as of a mail program, is shown as its words. */
export function LongText({ children }: { children: string }) {
  const page = isPage(children);
  return (
    <Folded>
      <div className={classes.long} dir="auto">
        {page ? wordsOf(children) : children}
      </div>
      {page && (
        <Text size="xs" c="dimmed" mt={4}>
          {text.plainText}
        </Text>
      )}
    </Folded>
  );
}

const folded = 240; // pixels

/** Shows the beginning of what is long. It is no landmark, as Mantine's Spoiler would make it: a page has dozens. */
function Folded({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const { ref, height } = useElementSize();
  const id = useId();
  const long = height > folded;
  return (
    <>
      <div id={id} className={classes.folded} style={{ maxHeight: long && !open ? folded : undefined }}>
        <div ref={ref}>{children}</div>
      </div>
      {long && (
        <Anchor component="button" type="button" size="sm" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? text.showLess : text.showAll}
        </Anchor>
      )}
    </>
  );
}

/** A record that another one names: by what people call it, as a link to its page; by its key where it may not be read. */
export function RecordLink({ object, id, name, inText }: { object: string; id: string; name?: string; inText?: boolean }) {
  const set = useSetOf(object);
  const found = useName(name === undefined ? set : undefined, id);
  const shown = name ?? found.data;
  if (set === undefined || found.isError || (found.isSuccess && !shown)) return <Id value={id} />;
  return (
    <Anchor inherit underline={inText ? 'always' : 'hover'} renderRoot={(props) => <Link to={`/desk/${set}/${id}`} {...props} />}>
      <Typed>{shown ?? '…'}</Typed>
    </Anchor>
  );
}

/** A key, to be copied. */
export function Id({ value }: { value: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <span className="mono">{value}</span>
      <CopyButton value={value} label={value} />
    </Group>
  );
}

/** The value of a field as people read it; nothing where there is none. */
export function Value({ field, record }: { field: Field; record: Values }) {
  const value = record[keyOf(field)];
  if (value === null || value === undefined || value === '') return null;
  const plain = String(value);
  switch (field.type) {
    case 'boolean':
      return value === true ? words.state.yes : words.state.no;
    case 'datetime':
      return <Time at={plain} />;
    case 'link':
      return <RecordLink object={String(record[categoryOf(field)] ?? field.target?.object ?? '')} id={plain} />;
    case 'money':
      return money(plain, record[currencyOf(field)]);
    case 'decimal':
      return decimal(Number(plain));
    case 'number':
      return /number|year|\bid\b/i.test(field.name) ? plain : number(Number(plain));
    case 'picklist':
      return <Chosen field={field} record={record} value={plain} />;
    case 'longtext':
      return <LongText>{plain}</LongText>;
    default:
      return <Line value={plain} />;
  }
}

function Chosen({ field, record, value }: { field: Field; record: Values; value: string }) {
  const label = field.options?.find((o) => o.value === value)?.label ?? value;
  const key = record[`${field.name}_Valid`];
  if (field.from && typeof key === 'string') {
    return <RecordLink object={field.from.object} id={key} name={field.from.title === field.from.value ? label : undefined} />;
  }
  return <Typed>{label}</Typed>;
}

function Line({ value }: { value: string }) {
  if (/^[0-9A-F]{32}$/.test(value)) return <Id value={value} />;
  if (/^https?:\/\/[^\s]+$/i.test(value)) {
    return (
      <Anchor inherit href={value} target="_blank" rel="noopener noreferrer">
        <Typed>{value}</Typed> <IconExternalLink size={13} aria-hidden />
        <VisuallyHidden> ({text.opensElsewhere})</VisuallyHidden>
      </Anchor>
    );
  }
  return <Typed>{value}</Typed>;
}

/** An amount in its currency, as the locale writes it. */
export function money(amount: string, currency: unknown): string {
  try {
    return new Intl.NumberFormat(localisation().locale, { style: 'currency', currency: String(currency) }).format(Number(amount));
  } catch {
    return `${amount} ${String(currency ?? '')}`.trim();
  }
}

/** The value of a field in a few words, where nothing but text may stand. */
export function plainValue(field: Field, value: unknown): string {
  if (value === null || value === undefined || value === '') return text.panel.nothing;
  if (field.type === 'boolean') return value === true || value === 'true' ? words.state.yes : words.state.no;
  if (field.type === 'datetime') return formats().exact.format(new Date(String(value)));
  return field.options?.find((o) => o.value === value)?.label ?? String(value);
}
