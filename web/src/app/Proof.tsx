import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { fetchJSON } from '@/api/client';
import { Problem } from '@/api/problem';
import { askForProofBy } from '@/api/send';
import { ProblemText } from '@/patterns/ProblemText';
import { words } from '@/words';

const post = <Data,>(path: string, body: unknown) =>
  fetchJSON<Data>(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Asks the browser for one of the person's passkeys. */
async function passkey() {
  const options = await post<{ publicKey: PublicKeyCredentialRequestOptionsJSON }>('/api/me/step-up/options', {});
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
  return { credential: (credential as PublicKeyCredential).toJSON() };
}

interface Session {
  session: { step_up: { valid: boolean; methods: string[]; identity_provider?: { name: string; address: string } } };
}

const pause = 2000; // milliseconds between two looks whether the identity provider has confirmed it

/** Calls back when the identity provider has confirmed, in another window, that it is still the same person. */
function useConfirmed(waiting: boolean, confirmed: () => void) {
  const done = useEffectEvent(confirmed);
  useEffect(() => {
    if (!waiting) return;
    const look = async () => {
      const me = await fetchJSON<Session>('/api/me', { headers: { 'X-Provost-Background': '1' } }).catch(() => undefined);
      if (me?.session.step_up.valid) done();
    };
    const timer = setInterval(() => void look(), pause);
    addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      removeEventListener('focus', look);
    };
  }, [waiting]);
}

interface Waiting {
  done: () => void;
  left: (reason: Problem) => void;
}

/**
 * Asks for the password, and the code of a second factor where there is one, before something dangerous goes on; for a sign-in at the
 * identity provider where there is nothing here.
 */
export function Proof() {
  const waiting = useRef<Waiting>(undefined);
  const [opened, setOpened] = useState(false);
  const [methods, setMethods] = useState<string[]>([]);
  const [provider, setProvider] = useState<{ name: string; address: string }>();
  const byPassword = methods.some((method) => method !== 'identity_provider');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    askForProofBy(async () => {
      const me = await fetchJSON<Session>('/api/me');
      setMethods(me.session.step_up.methods);
      setProvider(me.session.step_up.identity_provider);
      setPassword('');
      setCode('');
      setError(undefined);
      setOpened(true);
      await new Promise<void>((done, left) => {
        waiting.current = { done, left };
      });
    });
    return () => askForProofBy(undefined);
  }, []);

  useConfirmed(opened && provider !== undefined, () => {
    setOpened(false);
    waiting.current?.done();
  });

  const leave = () => {
    setOpened(false);
    waiting.current?.left(new Problem({ status: 403, code: 'step_up_required', detail: words.proof.left }));
  };
  const run = async (proof: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await post('/api/me/step-up', await proof());
      setOpened(false);
      waiting.current?.done();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={leave} title={words.proof.title} closeButtonProps={{ 'aria-label': words.do.close }} zIndex={400}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (password && !busy) void run(async () => (code ? { password, code } : { password }));
        }}
      >
        <Stack gap="md">
          <Text size="sm">{words.proof.why}</Text>
          {methods.includes('passkey') && (
            <Button variant="light" onClick={() => void run(passkey)} loading={busy}>
              {words.proof.passkey}
            </Button>
          )}
          {byPassword && (
            <>
              <PasswordInput
                label={words.proof.password}
                value={password}
                onChange={(e) => setPassword(e.currentTarget.value)}
                autoComplete="current-password"
                data-autofocus
              />
              {!methods.includes('password') && (
                <TextInput
                  label={methods.includes('password+totp') ? words.proof.code : words.proof.recovery}
                  value={code}
                  onChange={(e) => setCode(e.currentTarget.value)}
                  autoComplete="one-time-code"
                  inputMode="numeric"
                />
              )}
            </>
          )}
          {provider && <Text size="sm">{words.proof.providerHelp(provider.name)}</Text>}
          {methods.length === 0 && <Text size="sm">{words.proof.nothing}</Text>}
          <ProblemText error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              {words.do.cancel}
            </Button>
            {byPassword && (
              <Button type="submit" disabled={!password} loading={busy}>
                {words.proof.act}
              </Button>
            )}
            {provider && (
              <Button component="a" href={provider.address} target="_blank" data-autofocus>
                {words.proof.provider(provider.name)}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
