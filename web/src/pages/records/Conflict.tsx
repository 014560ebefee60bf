import { Alert, Radio, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { words } from '@/words';
import type { Difference } from './change';
import { whoOf } from './names';
import classes from './record.module.css';
import { plainValue, Typed } from './Value';

const text = words.record.panel;

interface Props {
  by: string;
  all: Difference[];
  /** The fields of which theirs counts. */
  theirs: string[];
  choose: (field: string, theirs: boolean) => void;
}

/** What somebody else saved in between: of the fields that both changed, one value has to be chosen. */
export function Conflict({ by, all, theirs, choose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time there is something new to look at
  useEffect(() => place.current?.focus(), [all]);
  const clashes = all.filter((d) => d.clash);
  const others = all.filter((d) => !d.clash);
  return (
    <Alert
      ref={place}
      tabIndex={-1}
      color="yellow"
      variant="outline"
      role="alert"
      icon={<IconUsers size={18} />}
      title={by ? text.conflictBy(whoOf(by)) : text.conflict}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap="sm">
        <Text size="sm">{clashes.length > 0 ? text.conflictHelp : text.conflictNone}</Text>
        {clashes.map((d) => (
          <Radio.Group
            key={d.field.name}
            label={d.field.label}
            aria-label={text.keep(d.field.label)}
            value={theirs.includes(d.field.name) ? 'theirs' : 'yours'}
            onChange={(value) => choose(d.field.name, value === 'theirs')}
            className={classes.clash}
          >
            <Stack gap={6} mt={6}>
              <Radio value="theirs" label={<Side name={text.theirs} difference={d} value={d.theirs} />} />
              <Radio value="yours" label={<Side name={text.yours} difference={d} value={d.yours} />} />
            </Stack>
          </Radio.Group>
        ))}
        {others.map((d) => (
          <div key={d.field.name}>
            <Text size="sm" fw={500}>
              {d.field.label}
            </Text>
            <Side name={text.theirs} difference={d} value={d.theirs} />
          </div>
        ))}
      </Stack>
    </Alert>
  );
}

function Side({ name, difference, value }: { name: string; difference: Difference; value: unknown }) {
  const said = plainValue(difference.field, value);
  return (
    <span>
      <Text span inherit c="dimmed">
        {name}:{' '}
      </Text>
      <Typed>{said.length > 300 ? `${said.slice(0, 300)}…` : said}</Typed>
    </span>
  );
}
