import { NativeSelect, Text } from '@mantine/core';
import { languageName, locales, zones } from '@/pages/account/localities';
import { words } from '@/words';
import { ofBrowser } from '@/words/localisation';
import { settingHelp, settingLabel } from './SettingField';
import { SettingsPage } from './SettingsPage';
import { type Draft, useSettings } from './useSettings';

const text = words.settings;

/** Settings > Localisation. */
export default function LocalisationSettings() {
  const draft = useSettings(['localisation']);
  const locale = draft.value('localisation.locale') || ofBrowser.locale;
  const timeZone = draft.value('localisation.time_zone') || ofBrowser.timeZone;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format();
  return (
    <SettingsPage
      title={words.pages.localisation}
      intro={text.localisation.intro}
      draft={draft}
      sections={[
        {
          title: text.sections.writing,
          names: ['localisation.time_zone', 'localisation.locale', 'localisation.first_weekday'],
          field: {
            'localisation.time_zone': (
              <Choice
                name="localisation.time_zone"
                draft={draft}
                offers={zones(draft.value('localisation.time_zone'))}
                browser={`${text.browser} (${ofBrowser.timeZone})`}
              />
            ),
            'localisation.locale': (
              <Choice
                name="localisation.locale"
                draft={draft}
                offers={locales(draft.value('localisation.locale'))}
                browser={`${text.browser} (${languageName(ofBrowser.locale)})`}
              />
            ),
          },
          below: (
            <Text size="sm" c="dimmed" role="status">
              {text.example(time, new Intl.NumberFormat(locale).format(1234.5))}
            </Text>
          ),
        },
      ]}
    />
  );
}

interface ChoiceProps {
  name: string;
  draft: Draft;
  offers: { value: string; label: string }[];
  browser: string;
}

function Choice({ name, draft, offers, browser }: ChoiceProps) {
  const setting = draft.settings.find((s) => s.name === name);
  return (
    <NativeSelect
      label={settingLabel(name)}
      description={setting && settingHelp(setting)}
      value={draft.value(name)}
      onChange={(e) => draft.set(name, e.currentTarget.value)}
      data={[{ value: '', label: browser }, ...offers]}
      error={draft.fields[name]}
    />
  );
}
