import { Button, Group } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyButton } from '@/patterns/CopyButton';
import { Card, Facts } from '@/patterns/Record';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { type Field, groupsOf, keyOf, type Values } from './definition';
import { whoOf } from './names';
import type { ObjectDetail } from './queries';
import { Typed, Value } from './Value';

const text = words.record;

/** What is known of a record, in cards: what counts most, people, dates, the record itself; the rest is folded. */
export function FactCards({ def, record }: { def: ObjectDetail; record: Values }) {
  const groups = groupsOf(def);
  const has = (field: Field) => !isNothing(record[keyOf(field)]);
  const facts = (fields: Field[]): [string, React.ReactNode][] =>
    unique(fields).map(([caption, field]) => [caption, has(field) ? <Value key={field.name} field={field} record={record} /> : null]);
  const people = groups.people.filter(has);
  const dates = groups.dates.filter(has);
  const hidden = [...groups.people, ...groups.dates].filter((field) => !has(field));
  const rest = [...groups.more.filter(has), ...groups.more.filter((f) => !has(f)), ...groups.texts.filter((f) => !has(f)), ...hidden];
  const id = String(record.RecId ?? '');
  return (
    <>
      <Card title={text.facts}>
        <Facts facts={facts(groups.main)} />
        {rest.length > 0 && <More count={rest.length} facts={() => facts(rest)} />}
      </Card>
      {people.length > 0 && (
        <Card title={text.people}>
          <Facts facts={facts(people)} />
        </Card>
      )}
      {dates.length > 0 && (
        <Card title={text.dates}>
          <Facts facts={facts(dates)} />
        </Card>
      )}
      <Card title={text.about}>
        <Facts
          facts={[
            [words.people.created, <By key="c" at={record.CreatedDateTime} who={record.CreatedBy} />],
            [words.people.changed, <By key="m" at={record.LastModDateTime} who={record.LastModBy} />],
            [
              text.recId,
              <Group key="id" gap={4} wrap="nowrap">
                <span className="mono">{id}</span>
                <CopyButton value={id} label={text.recId} />
              </Group>,
            ],
          ]}
        />
      </Card>
    </>
  );
}

const isNothing = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Captions, each once: of two fields of one label the second has its name behind it. */
function unique(fields: Field[]): [string, Field][] {
  const seen = new Set<string>();
  return fields.map((field) => {
    const caption = seen.has(field.label) ? `${field.label} (${field.name})` : field.label;
    seen.add(field.label);
    return [caption, field];
  });
}

function More({ count, facts }: { count: number; facts: () => [string, React.ReactNode][] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {open && (
        <div style={{ marginBlockStart: '0.625rem' }}>
          <Facts facts={facts()} />
        </div>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        mt="sm"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        rightSection={open ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
      >
        {open ? text.fewer : text.more(number(count))}
      </Button>
    </>
  );
}

function By({ at, who }: { at: unknown; who: unknown }) {
  return (
    <>
      <Time at={typeof at === 'string' ? at : null} /> {typeof who === 'string' && <Typed>{text.notes.by(whoOf(who))}</Typed>}
    </>
  );
}
