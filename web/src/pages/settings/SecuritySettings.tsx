import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { breakGlassQuery } from '@/pages/admin/people/queries';
import { ProblemText } from '@/patterns/ProblemText';
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
        {
          title: text.sections.signIn,
          names: ['sign_in.second_factor', 'sign_in.redirect', 'sign_in.break_glass_networks'],
          below: <WhoIsBreakGlass />,
        },
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

/** Who the break-glass administrators are, or that there is none. */
function WhoIsBreakGlass() {
  const { data: people, error } = useQuery(breakGlassQuery);
  const to = (path: string, name: string) => (
    <Anchor key={path} inherit underline="always" renderRoot={(props) => <Link to={path} {...props} />}>
      {name}
    </Anchor>
  );
  if (error) return <ProblemText error={error} />;
  if (people?.length === 0)
    return (
      <Text size="sm">
        {text.breakGlass.none} {to('/admin/people?role=Admin', text.breakGlass.choose)}
      </Text>
    );
  return (
    <Text size="sm" c="dimmed">
      {text.breakGlass.are}{' '}
      {people?.map((p, i) => (
        <span key={p.id}>
          {i > 0 && ', '}
          {to(`/admin/people/${p.id}`, p.name)}
        </span>
      ))}
    </Text>
  );
}
