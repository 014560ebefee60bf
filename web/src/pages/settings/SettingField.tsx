import { Button, NativeSelect, NumberInput, Text, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Status } from '@/patterns/Status';
import { number, words } from '@/words';
import classes from './settings.module.css';
import type { Draft, Setting } from './useSettings';

const text = words.settings;

/** What a setting is called. */
export const settingLabel = (name: string): string => text.names[name] ?? name;

/** What a setting does and, of a number, what it may be. */
export const settingHelp = (s: Setting): string =>
  s.kind === 'number' ? `${s.description} ${text.range(number(s.min ?? 0), number(s.max ?? 0))}` : s.description;

/** What a choice of a setting is called: some words mean something of their own there. */
const choiceLabel = (s: Setting, choice: string): string => text.choices[`${s.name}:${choice}`] ?? text.choices[choice] ?? choice;

const shown = (s: Setting, value: string): string => {
  if (value === '') return text.empty;
  if (s.kind === 'choice') return choiceLabel(s, value);
  return s.kind === 'number' ? number(Number(value)) : value.length > 60 ? `${value.slice(0, 60)}…` : value;
};

/** A setting with its field, a mark where it is not the default, and the way back to that. */
export function SettingField({ setting: s, draft, children }: { setting: Setting; draft: Draft; children?: ReactNode }) {
  const value = draft.value(s.name);
  const changed = value !== s.default;
  const label = settingLabel(s.name);
  return (
    <div className={classes.setting}>
      {children ?? <Field setting={s} draft={draft} />}
      <div className={classes.below}>
        {changed && (
          <>
            <Status tone="attention">{text.changed}</Status>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {text.default(shown(s, s.default))}
            </Text>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              onClick={() => draft.set(s.name, s.default)}
              aria-label={text.resetOf(label)}
            >
              {text.reset}
            </Button>
          </>
        )}
        {s.protected && draft.unsaved.includes(s.name) && (
          <Text size="sm" c="dimmed">
            {text.protected}
          </Text>
        )}
      </div>
    </div>
  );
}

function Field({ setting: s, draft }: { setting: Setting; draft: Draft }) {
  const value = draft.value(s.name);
  const common = { label: settingLabel(s.name), description: settingHelp(s), error: draft.fields[s.name], name: s.name };
  const set = (event: { currentTarget: { value: string } }) => draft.set(s.name, event.currentTarget.value);
  if (s.kind === 'choice')
    return (
      <NativeSelect
        {...common}
        value={value}
        onChange={set}
        data={(s.choices ?? []).map((choice) => ({ value: choice, label: choiceLabel(s, choice) }))}
      />
    );
  if (s.kind === 'number')
    return (
      <NumberInput
        {...common}
        value={value === '' ? '' : Number(value)}
        onChange={(next) => draft.set(s.name, String(next))}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        clampBehavior="none"
      />
    );
  if (s.name.endsWith('_since')) return <TextInput {...common} type="date" value={value} onChange={set} />;
  if (s.default.length > 100) return <Textarea {...common} value={value} onChange={set} autosize minRows={2} />;
  return <TextInput {...common} value={value} onChange={set} autoComplete="off" />;
}
