import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { contrastWithWhite, shades } from '@/app/theme';
import { words } from '@/words';
import { formats } from '@/words/localisation';
import { settingHelp, settingLabel } from './SettingField';
import { SettingsPage } from './SettingsPage';
import classes from './settings.module.css';
import { type Draft, useSettings } from './useSettings';

const text = words.settings;

const accent = 'appearance.accent';
const isColour = (value: string) => /^#[0-9a-f]{6}$/.test(value);

/** Settings > Appearance. */
export default function AppearanceSettings() {
  const draft = useSettings(['appearance']);
  return (
    <SettingsPage
      title={words.pages.appearance}
      intro={text.appearance.intro}
      draft={draft}
      sections={[
        { title: text.sections.organisation, names: ['appearance.title'] },
        {
          title: text.sections.colour,
          names: [accent],
          field: { [accent]: <AccentField draft={draft} /> },
          below: <Preview colour={draft.value(accent)} title={draft.value('appearance.title')} />,
        },
      ]}
    />
  );
}

function AccentField({ draft }: { draft: Draft }) {
  const value = draft.value(accent);
  const setting = draft.settings.find((s) => s.name === accent);
  return (
    <TextInput
      label={settingLabel(accent)}
      description={setting && settingHelp(setting)}
      value={value}
      onChange={(e) => draft.set(accent, e.currentTarget.value.trim().toLowerCase())}
      error={draft.fields[accent] ?? (isColour(value) ? undefined : text.accent.typed)}
      autoComplete="off"
      spellCheck={false}
      leftSection={
        <input
          type="color"
          className={classes.pick}
          aria-label={text.accent.pick}
          value={isColour(value) ? value : '#000000'}
          onChange={(e) => draft.set(accent, e.currentTarget.value)}
        />
      }
      leftSectionWidth={44}
      leftSectionPointerEvents="all"
      classNames={{ input: 'mono' }}
    />
  );
}

/** What the colour makes of a button, a link and the page that is open, and whether it can be read. */
function Preview({ colour, title }: { colour: string; title: string }) {
  if (!isColour(colour)) return null;
  const scale = shades(colour);
  const used = scale[8] ?? colour;
  const ratio = contrastWithWhite(colour);
  const said = formats().number.format(Math.floor(ratio * 10) / 10);
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {used === colour ? text.accent.good(said) : text.accent.weak(said, used)}
      </Text>
      <fieldset className={classes.preview} aria-label={text.accent.preview}>
        <Text fw={600}>{title || words.app.name}</Text>
        <Button style={{ background: used, color: '#fff' }} tabIndex={-1}>
          {text.accent.button}
        </Button>
        <Anchor component="span" style={{ color: `light-dark(${scale[9]}, ${scale[2]})` }}>
          {text.accent.link}
        </Anchor>
        <span
          style={{
            padding: '0.375rem 0.75rem',
            borderRadius: '0.375rem',
            background: `light-dark(${scale[0]}, color-mix(in srgb, ${used} 32%, #131416))`,
            color: `light-dark(${scale[9]}, ${scale[1]})`,
          }}
        >
          {text.accent.chosen}
        </span>
      </fieldset>
    </Stack>
  );
}
