import { Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { callJSON } from '@/api/client';
import { Problem } from '@/api/problem';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import type { Codes } from './queries';

const text = words.mine.passkeys;

/** Has the browser make a passkey. */
async function make(): Promise<unknown> {
  const options = await callJSON<{ publicKey: PublicKeyCredentialCreationOptionsJSON }>('POST', '/api/me/factors/passkeys/options', {});
  try {
    const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey) });
    return (made as PublicKeyCredential).toJSON();
  } catch (error) {
    throw new Problem({ status: 0, code: 'passkey_left', detail: text.left }, error);
  }
}

interface Props {
  opened: boolean;
  onClose: () => void;
  onDone: (name: string, codes: string[]) => Promise<void>;
}

/** Adds a passkey under a name. */
export function PasskeyPanel({ opened, onClose, onDone }: Props) {
  const [name, setName] = useState('');
  useEffect(() => {
    if (opened) setName('');
  }, [opened]);
  const submit = async () => {
    const credential = await make();
    const made = await callJSON<Codes>('POST', '/api/me/factors/passkeys', { name: name.trim(), credential });
    await onDone(name.trim() || text.unnamed, made.recovery_codes);
  };
  return (
    <Panel opened={opened} title={text.panel} submit={text.act} dirty={name !== ''} onSubmit={submit} onClose={onClose}>
      <Text size="sm">{text.help}</Text>
      <TextInput
        label={text.name}
        description={text.nameHelp}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </Panel>
  );
}
