import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconCode, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fetchJSON } from '@/api/client';
import { problemOf } from '@/api/problem';
import { setLeaving, signInAddress } from '@/api/send';
import { failed } from '@/patterns/notice';
import { words } from '@/words';
import { useShortcutHelp } from './keys';
import type { Me } from './session';

const schemes = [
  { value: 'light', label: words.account.light, icon: IconSun },
  { value: 'dark', label: words.account.dark, icon: IconMoon },
  { value: 'auto', label: words.account.auto, icon: IconDeviceDesktop },
] as const;

/** Ends the session and goes to the sign-in page. */
async function signOut() {
  let to = signInAddress('/');
  setLeaving(true);
  try {
    to = (await fetchJSON<{ location: string }>('/logout', { method: 'POST' })).location;
  } catch (error) {
    if (problemOf(error).status === 0) {
      setLeaving(false);
      return failed(error);
    }
  }
  location.assign(to);
}

/** The menu of the person: role, colours, shortcuts, sign out. */
export function Account({ me }: { me: Me }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const showHelp = useShortcutHelp();
  const client = useQueryClient();

  const changeRole = async (role: string) => {
    try {
      await fetchJSON('/api/me/role', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ role }) });
      await client.resetQueries(); // another role sees other things
    } catch (error) {
      failed(error);
    }
  };

  return (
    <Menu position="bottom-end" width={260} returnFocus>
      <Menu.Target>
        <UnstyledButton aria-label={`${words.account.menu}: ${me.person.name}`}>
          <Avatar size={34} name={me.person.name} color="accent" alt="" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} size="sm" c="var(--mantine-color-text)">
            {me.person.name}
          </Text>
          {me.person.login && <Text size="xs">{me.person.login}</Text>}
        </Menu.Label>
        <Menu.Item leftSection={<IconUserCircle size={16} />} renderRoot={(props) => <Link to="/account" {...props} />}>
          {words.account.mine}
        </Menu.Item>
        {me.roles.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>{words.account.role}</Menu.Label>
            {me.roles.map((role) => (
              <Menu.Item
                key={role.name}
                leftSection={<Tick shown={role.name === me.role.name} />}
                onClick={() => void changeRole(role.name)}
                aria-current={role.name === me.role.name}
              >
                {role.label}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Label>{words.account.colours}</Menu.Label>
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={<scheme.icon size={16} />}
            rightSection={<Tick shown={scheme.value === colorScheme} />}
            onClick={() => setColorScheme(scheme.value)}
            aria-current={scheme.value === colorScheme}
          >
            {scheme.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={showHelp}>
          {words.account.keyboard}
        </Menu.Item>
        <Menu.Item leftSection={<IconCode size={16} />} component="a" href="/docs">
          {words.account.api}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {words.account.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const Tick = ({ shown }: { shown: boolean }) => (shown ? <IconCheck size={16} aria-hidden /> : <span style={{ width: 16 }} />);
