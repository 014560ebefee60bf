import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTitle } from '@/app/title';
import { useUnsaved } from '@/app/unsaved';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { count, words } from '@/words';
import { SettingField } from './SettingField';
import classes from './settings.module.css';
import type { Draft } from './useSettings';

const text = words.settings;

interface Section {
  title: string;
  names: string[];
  /** Fields that say it better than the kind of the setting does. */
  field?: Partial<Record<string, ReactNode>>;
  /** Stands below the fields. */
  below?: ReactNode;
}

interface Props {
  title: string;
  intro: string;
  draft: Draft;
  sections: Section[];
}

/** A page of settings: each with what it does, whether it was changed, and its default. What no section names comes last. */
export function SettingsPage({ title, intro, draft, sections }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const named = new Set(sections.flatMap((s) => s.names));
  const others = draft.settings.filter((s) => !named.has(s.name)).map((s) => s.name);
  const all: Section[] = others.length > 0 ? [...sections, { title: text.others, names: others }] : sections;
  useTitle(title);
  useUnsaved(draft.unsaved.length > 0);
  const wrong = Object.keys(draft.fields);
  useEffect(() => {
    if (wrong.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-error=true]')?.focus();
  }, [wrong.length]);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void draft.save();
      }}
    >
      <Stack gap="lg">
        <div>
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm">
            {intro}
          </Text>
        </div>
        {all.map((section) => (
          <Card key={section.title} title={section.title}>
            <Stack gap="lg">
              {section.names.map((name) => {
                const setting = draft.settings.find((s) => s.name === name);
                return (
                  setting && (
                    <SettingField key={name} setting={setting} draft={draft}>
                      {section.field?.[name]}
                    </SettingField>
                  )
                );
              })}
              {section.below}
            </Stack>
          </Card>
        ))}
        <div className={classes.foot} data-shown={draft.unsaved.length > 0 || undefined}>
          {wrong.length === 0 && <ProblemText error={draft.error} />}
          {wrong.length > 0 && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {words.state.fix}: {wrong.map((name) => text.names[name] ?? name).join(', ')}
            </Text>
          )}
          <Group justify="flex-end">
            <Text size="sm" c="dimmed" role="status">
              {draft.unsaved.length > 0 && text.unsaved(count(draft.unsaved.length, text.one, text.many))}
            </Text>
            {draft.unsaved.length > 0 && (
              <Button variant="default" onClick={draft.discard}>
                {words.do.discard}
              </Button>
            )}
            <Button type="submit" loading={draft.busy} disabled={draft.unsaved.length === 0}>
              {text.save}
            </Button>
          </Group>
        </div>
      </Stack>
    </form>
  );
}
