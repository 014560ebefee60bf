import { Button, Divider, Stack, Text } from '@mantine/core';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callJSON } from '@/api/client';
import { useMe } from '@/app/session';
import { Confirm } from '@/patterns/Confirm';
import { done, failed } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { SecretOnce } from '@/patterns/SecretOnce';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { AppPanel, type Offer } from './AppPanel';
import { PasskeyPanel } from './PasskeyPanel';
import { type Codes, factorsKey, factorsQuery, type Passkey } from './queries';
import { Row, Rows } from './Rows';

const text = words.mine;

/** The person's second factors: authenticator app, passkeys, recovery codes. Whoever signs in elsewhere sets none up here. */
export function Factors() {
  const me = useMe();
  const { data: factors } = useSuspenseQuery(factorsQuery);
  const client = useQueryClient();
  const [offer, setOffer] = useState<Offer>();
  const [adding, setAdding] = useState(false);
  const [asking, setAsking] = useState<'app' | 'codes' | Passkey>();
  const [codes, setCodes] = useState<string[]>();
  const here = me.sign_in.local;
  const why = !here
    ? text.factors.elsewhere(me.sign_in.provider || text.password.itsProvider)
    : factors.required
      ? text.factors.required
      : text.factors.optional;
  const any = factors.totp || factors.passkeys.length > 0;
  const last = factors.required && (factors.totp ? 1 : 0) + factors.passkeys.length === 1;
  const able = typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

  const changed = async (message: string, made: string[] = []) => {
    await client.invalidateQueries({ queryKey: factorsKey });
    done(message);
    setOffer(undefined);
    setAdding(false);
    setAsking(undefined);
    if (made.length > 0) setCodes(made);
  };
  const start = async () => setOffer(await callJSON<Offer>('POST', '/api/me/factors/totp'));
  const confirm = async () => {
    if (asking === 'app') {
      await callJSON('DELETE', '/api/me/factors/totp');
      await changed(text.app.removed);
    } else if (asking === 'codes') {
      const made = await callJSON<Codes>('POST', '/api/me/factors/recovery-codes');
      setAsking(undefined);
      setCodes(made.recovery_codes);
      await client.invalidateQueries({ queryKey: factorsKey });
    } else if (asking) {
      await callJSON('DELETE', `/api/me/factors/passkeys/${encodeURIComponent(asking.id)}`);
      await changed(text.passkeys.removed(asking.name));
    }
  };
  const passkey = typeof asking === 'object' ? asking : undefined;

  return (
    <Card title={text.factors.title}>
      <Stack gap="md">
        <Text size="sm" c={here ? 'dimmed' : undefined}>
          {why} {!here && any && text.factors.leftOver}
        </Text>
        {(here || factors.totp) && (
          <Row
            alone
            name={text.app.title}
            status={<Status tone={factors.totp ? 'good' : 'off'}>{factors.totp ? text.app.on : text.app.off}</Status>}
            act={
              <>
                {here && (
                  <Button size="xs" variant="default" onClick={() => void start().catch(failed)}>
                    {factors.totp ? text.app.replace : text.app.setUp}
                  </Button>
                )}
                {factors.totp && (
                  <Button
                    size="xs"
                    variant="subtle"
                    color="gray"
                    onClick={() => setAsking('app')}
                    aria-label={`${text.app.remove}: ${text.app.title}`}
                  >
                    {text.app.remove}
                  </Button>
                )}
              </>
            }
          />
        )}
        {here && (
          <>
            <Divider color="var(--line)" />
            <Row
              alone
              name={text.passkeys.title}
              detail={able ? text.passkeys.help : text.passkeys.unable}
              act={
                <Button size="xs" variant="default" onClick={() => setAdding(true)} disabled={!able}>
                  {text.passkeys.add}
                </Button>
              }
            />
          </>
        )}
        {factors.passkeys.length === 0 && here && <Text size="sm">{text.passkeys.none}</Text>}
        {factors.passkeys.length > 0 && (
          <Rows label={text.passkeys.title}>
            {factors.passkeys.map((p) => (
              <Row
                key={p.id}
                name={p.name}
                detail={
                  <>
                    {text.passkeys.made} <Time at={p.created_at} />, {p.used_at ? text.passkeys.used : text.passkeys.unused}{' '}
                    <Time at={p.used_at} />
                  </>
                }
                act={
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => setAsking(p)}
                    aria-label={`${text.passkeys.remove}: ${p.name}`}
                  >
                    {text.passkeys.remove}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
        {here && (
          <>
            <Divider color="var(--line)" />
            <Row
              alone
              name={text.codes.title}
              detail={any ? (factors.recovery_codes > 0 ? text.codes.left(factors.recovery_codes) : text.codes.used) : text.codes.none}
              act={
                any && (
                  <Button size="xs" variant="default" onClick={() => setAsking('codes')}>
                    {text.codes.renew}
                  </Button>
                )
              }
            />
          </>
        )}
      </Stack>
      <AppPanel offer={offer} onClose={() => setOffer(undefined)} onDone={(made) => changed(text.app.done, made)} />
      <PasskeyPanel opened={adding} onClose={() => setAdding(false)} onDone={(name, made) => changed(text.passkeys.done(name), made)} />
      <Confirm
        opened={asking === 'codes'}
        title={text.codes.renewTitle}
        act={text.codes.renew}
        onConfirm={confirm}
        onClose={() => setAsking(undefined)}
        danger={false}
      >
        {text.codes.renewEffect}
      </Confirm>
      <Confirm
        opened={asking === 'app' || passkey !== undefined}
        title={passkey ? text.passkeys.removeTitle(passkey.name) : text.app.removeTitle}
        act={text.app.remove}
        onConfirm={confirm}
        onClose={() => setAsking(undefined)}
      >
        {passkey ? text.passkeys.removeEffect : text.app.removeEffect} {last && text.factors.lastOne}
      </Confirm>
      <SecretOnce
        title={text.codes.once}
        intro={text.codes.intro}
        file={`${text.codes.file}-${me.person.login}`}
        values={codes && [{ caption: text.codes.caption, value: codes.join('\n'), secret: true }]}
        onClose={() => setCodes(undefined)}
      />
    </Card>
  );
}
