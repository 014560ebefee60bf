import { Button, Group, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconRefresh } from '@tabler/icons-react';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { PersonName } from '@/pages/admin/people/PersonName';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done, failed } from '@/patterns/notice';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { duration, Time } from '@/patterns/Time';
import { words } from '@/words';
import { AddKey } from './AddKey';
import { Credentials } from './Credentials';
import { DeleteRegistrations } from './DeleteRegistrations';
import { EditRegistration } from './EditRegistration';
import { type Registration, registrationQuery, registrationsKey, usable } from './queries';
import { RotateSecret } from './RotateSecret';

const text = words.registrations;

type Open = 'rotate' | 'addSecret' | 'addKey' | 'edit' | 'disable' | 'tokens' | 'delete';

/** One app registration: its credentials, its settings, what can be done with it. */
export default function RegistrationRecord() {
  const { id } = useParams({ strict: false });
  const { data: registration } = useSuspenseQuery(registrationQuery(id ?? ''));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const reload = () => client.invalidateQueries({ queryKey: registrationsKey });
  const path = { params: { path: { id: registration.id } } };

  const enable = async (enabled: boolean) => {
    await api.PATCH('/registrations/{id}', { ...path, body: { enabled } });
    await reload();
    done(enabled ? text.disable.enabled : text.disable.done);
    close();
  };
  const endTokens = async () => {
    await api.POST('/registrations/{id}/token-revocation', path);
    done(text.revokeTokens.done);
    close();
  };
  const secrets = usable(registration).some((c) => c.kind === 'secret');
  const renew = () => setOpen(secrets ? 'rotate' : 'addSecret');
  useAct(secrets ? text.rotate.act : text.addSecret.act, renew);
  useAct(text.edit.title, () => setOpen('edit'));
  useShortcut('e', words.do.edit, () => setOpen('edit'));

  return (
    <RecordPage
      within={{ label: words.pages.registrations, to: '/admin/app-registrations' }}
      title={registration.application}
      subtitle={registration.description}
      status={
        <Status tone={registration.enabled ? 'good' : 'off'}>{registration.enabled ? words.state.enabled : words.state.disabled}</Status>
      }
      acts={
        <>
          <Button leftSection={<IconRefresh size={16} />} onClick={renew}>
            {secrets ? text.rotate.act : text.addSecret.act}
          </Button>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
            {words.do.edit}
          </Button>
          <Menu position="bottom-end" returnFocus>
            <Menu.Target>
              <Button variant="default" aria-label={words.list.actions} px="xs">
                <IconDots size={18} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {registration.enabled ? (
                <Menu.Item onClick={() => setOpen('disable')}>{words.do.disable}</Menu.Item>
              ) : (
                <Menu.Item onClick={() => void enable(true).catch(failed)}>{words.do.enable}</Menu.Item>
              )}
              <Menu.Item onClick={() => setOpen('tokens')}>{text.revokeTokens.act}</Menu.Item>
              <Menu.Divider />
              <Menu.Item c="var(--mantine-color-error)" onClick={() => setOpen('delete')}>
                {words.do.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      aside={<Sidebar registration={registration} />}
    >
      <Card
        title={text.record.credentials}
        act={
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setOpen('addSecret')}>
              {text.addSecret.act}
            </Button>
            <Button size="xs" variant="default" onClick={() => setOpen('addKey')}>
              {text.addKey.act}
            </Button>
          </Group>
        }
      >
        <Credentials registration={registration} />
      </Card>
      <RotateSecret mode={open === 'rotate' || open === 'addSecret' ? open : undefined} registration={registration} onClose={close} />
      <AddKey opened={open === 'addKey'} registration={registration} onClose={close} />
      <EditRegistration opened={open === 'edit'} registration={registration} onClose={close} />
      <Confirm
        opened={open === 'disable'}
        title={text.disable.title}
        act={words.do.disable}
        onConfirm={() => enable(false)}
        onClose={close}
      >
        {text.disable.effect}
      </Confirm>
      <Confirm opened={open === 'tokens'} title={text.revokeTokens.title} act={text.revokeTokens.act} onConfirm={endTokens} onClose={close}>
        {text.revokeTokens.effect}
      </Confirm>
      <DeleteRegistrations
        registrations={open === 'delete' ? [registration] : undefined}
        onClose={close}
        onDeleted={() => void navigate({ to: '/admin/app-registrations' })}
      />
    </RecordPage>
  );
}

function Sidebar({ registration: r }: { registration: Registration }) {
  return (
    <>
      <Card title={text.record.facts}>
        <Facts
          facts={[
            [
              text.record.clientId,
              <Group key="id" gap={4} wrap="nowrap">
                <span className="mono">{r.client_id}</span>
                <CopyButton value={r.client_id} label={text.record.clientId} />
              </Group>,
            ],
            [text.record.lastAuthenticated, <Time key="last" at={r.last_authenticated} none={words.state.never} />],
            [text.record.createdBy, r.created_by_name || r.created_by],
            [text.record.created, <Time key="created" at={r.created_at} />],
            [text.record.owner, r.owner && <PersonName key="owner" id={r.owner} />],
            [text.record.contact, r.contact],
            [text.record.environment, r.environment],
          ]}
        />
      </Card>
      <Card title={text.record.settings}>
        <Facts
          facts={[
            [
              text.record.scopes,
              r.scopes.map((s) => (
                <div key={s} className="mono">
                  {s}
                </div>
              )),
            ],
            [
              text.record.networks,
              r.cidrs.length > 0 ? (
                <span key="networks" className="mono">
                  {r.cidrs.join(', ')}
                </span>
              ) : (
                words.state.anywhere
              ),
            ],
            [text.record.lifetime, duration(r.access_token_lifetime)],
            [text.record.alg, r.access_token_alg],
            [text.record.role, r.role],
            [text.record.onBehalfOf, r.on_behalf_of && <PersonName key="for" id={r.on_behalf_of} />],
          ]}
        />
      </Card>
    </>
  );
}
