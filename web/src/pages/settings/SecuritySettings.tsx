import { words } from '@/words';
import { SettingsPage } from './SettingsPage';
import { useSettings } from './useSettings';

const text = words.settings;

/** Settings > Security. */
export default function SecuritySettings() {
  const draft = useSettings(['sign_in', 'session', 'trust']);
  return (
    <SettingsPage
      title={words.pages.securitySettings}
      intro={text.security.intro}
      draft={draft}
      sections={[
        { title: text.sections.signIn, names: ['sign_in.second_factor'] },
        {
          title: text.sections.sessions,
          names: [
            'session.admin_idle_minutes',
            'session.admin_max_hours',
            'session.agent_idle_minutes',
            'session.agent_max_hours',
            'session.self_service_idle_minutes',
            'session.self_service_max_hours',
          ],
        },
        { title: text.sections.sessionKeys, names: ['session.idle_minutes', 'session.max_hours'] },
        {
          title: text.sections.credentials,
          names: [
            'trust.secrets',
            'trust.key_only_types',
            'trust.live_secrets',
            'trust.secret_days',
            'trust.credential_max_days',
            'trust.policy_since',
            'trust.key_days',
          ],
        },
        { title: text.sections.limits, names: ['trust.tokens_per_second', 'trust.calls_per_minute', 'trust.failures_per_minute'] },
      ]}
    />
  );
}
