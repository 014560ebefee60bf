import { Input, NativeSelect, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { tenantChoice, useLocalisationChoice } from '@/app/localisation';
import { useMe } from '@/app/session';
import { Card } from '@/patterns/Record';
import { exactTime } from '@/patterns/Time';
import { number, words } from '@/words';
import { browser, ofBrowser } from '@/words/localisation';
import { dayNames, languageName, locales, zones } from './localities';

const text = words.mine.preferences;

/** How the app looks to the person: colours, time zone, dates and numbers. What is chosen counts at once. */
export function Preferences() {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [choice, setChoice] = useLocalisationChoice();
  const tenant = tenantChoice(me);
  const zoneBrowser = text.zoneBrowser(ofBrowser.timeZone);
  const languageBrowser = text.languageBrowser(languageName(ofBrowser.locale));
  // Without a choice of the organisation there is nothing to tell it from the browser.
  const zoneFirst = tenant.timeZone
    ? [
        { value: '', label: text.ofTenant(tenant.timeZone) },
        { value: browser, label: zoneBrowser },
      ]
    : [{ value: '', label: zoneBrowser }];
  const languageFirst = tenant.locale
    ? [
        { value: '', label: text.ofTenant(languageName(tenant.locale)) },
        { value: browser, label: languageBrowser },
      ]
    : [{ value: '', label: languageBrowser }];
  return (
    <Card title={text.title}>
      <Stack gap="md">
        <Input.Wrapper label={text.colours} description={text.coloursHelp} labelElement="div">
          <SegmentedControl
            mt={6}
            fullWidth
            aria-label={text.colours}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'light', label: words.account.light },
              { value: 'dark', label: words.account.dark },
              { value: 'auto', label: words.account.auto },
            ]}
          />
        </Input.Wrapper>
        <NativeSelect
          label={text.zone}
          description={text.zoneHelp}
          value={choice.timeZone ?? ''}
          onChange={(e) => setChoice({ ...choice, timeZone: e.currentTarget.value })}
          data={[...zoneFirst, ...zones(choice.timeZone)]}
        />
        <NativeSelect
          label={text.language}
          description={text.languageHelp}
          value={choice.locale ?? ''}
          onChange={(e) => setChoice({ ...choice, locale: e.currentTarget.value })}
          data={[...languageFirst, ...locales(choice.locale)]}
        />
        <NativeSelect
          label={text.week}
          value={choice.firstDay ?? ''}
          onChange={(e) => setChoice({ ...choice, firstDay: e.currentTarget.value })}
          data={[
            { value: '', label: tenant.firstDay ? text.ofTenant(dayNames()[tenant.firstDay] ?? tenant.firstDay) : text.weekLanguage },
            ...Object.entries(dayNames()).map(([value, label]) => ({ value, label })),
          ]}
        />
        <Text size="sm" c="dimmed" role="status">
          {text.example(exactTime(new Date().toISOString()), number(1234.5))}
        </Text>
      </Stack>
    </Card>
  );
}
