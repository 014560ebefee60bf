import { useMemo } from 'react';
import { type Choice, localise, resolve } from '@/words/localisation';
import { usePreference } from './preferences';
import type { Me } from './session';

const none: Choice = {};

/** What the person has chosen of how dates and numbers are written, and how to change it. */
export const useLocalisationChoice = () => usePreference<Choice>('localisation', none);

/** What the organisation has chosen. */
export const tenantChoice = (me: Me): Choice => ({
  locale: me.tenant.locale,
  timeZone: me.tenant.time_zone,
  firstDay: me.tenant.first_weekday,
});

/** Has dates and numbers written as the person, or the organisation, wants them. The answer differs when they have to be written anew. */
export function useLocalisation(me: Me): string {
  const [choice] = useLocalisationChoice();
  return useMemo(() => {
    const chosen = resolve(choice, tenantChoice(me));
    localise(chosen);
    return Object.values(chosen).join(' ');
  }, [choice, me]);
}
