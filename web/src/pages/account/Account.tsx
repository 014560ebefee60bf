import { Stack, Text, Title } from '@mantine/core';
import { useMe } from '@/app/session';
import { Card, Facts } from '@/patterns/Record';
import classes from '@/patterns/record.module.css';
import { words } from '@/words';
import { Factors } from './Factors';
import { Password } from './Password';
import { Preferences } from './Preferences';
import { Sessions } from './Sessions';

const text = words.mine;

/** My account: who I am, how I sign in, where I am signed in, how the app looks to me. */
export default function Account() {
  const me = useMe();
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.pages.account}</Title>
        <Text c="dimmed" size="sm">
          {text.intro}
        </Text>
      </div>
      <div className={classes.columns}>
        <Stack gap="lg" className={classes.column}>
          <Factors />
          <Password />
          <Sessions />
        </Stack>
        <Stack gap="lg" className={classes.column}>
          <Card title={text.profile.title}>
            <Facts
              facts={[
                [text.profile.name, me.person.name],
                [
                  text.profile.login,
                  <span key="login" className="mono">
                    {me.person.login}
                  </span>,
                ],
                [text.profile.email, me.person.email],
                [text.profile.jobTitle, me.person.title],
                [text.profile.team, me.person.team],
                [
                  text.profile.roles,
                  me.roles.map((role) => (
                    <div key={role.name}>
                      {role.default && me.roles.length > 1 ? `${role.label} (${text.profile.byDefault})` : role.label}
                    </div>
                  )),
                ],
              ]}
            />
            <Text size="sm" c="dimmed" mt="sm">
              {text.profile.help}
            </Text>
          </Card>
          <Preferences />
        </Stack>
      </div>
    </Stack>
  );
}
