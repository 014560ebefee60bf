import { Group, Image, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { callJSON } from '@/api/client';
import { CopyButton } from '@/patterns/CopyButton';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import type { Codes } from './queries';

const text = words.mine.app;

/** A key for an authenticator app, and a picture of it. */
export interface Offer {
  secret: string;
  qr: string;
}

interface Props {
  /** Nothing is shown without it. */
  offer: Offer | undefined;
  onClose: () => void;
  onDone: (codes: string[]) => Promise<void>;
}

/** Moves a key into an authenticator app and takes the first code of it. */
export function AppPanel({ offer, onClose, onDone }: Props) {
  const [shown, setShown] = useState<Offer>(); // stays while the panel slides out
  const [code, setCode] = useState('');
  useEffect(() => {
    if (!offer) return;
    setShown(offer);
    setCode('');
  }, [offer]);
  const submit = async () => {
    const made = await callJSON<Codes>('POST', '/api/me/factors/totp/confirmation', { code });
    await onDone(made.recovery_codes);
  };
  return (
    <Panel
      opened={offer !== undefined}
      title={text.panel}
      submit={text.act}
      dirty={code !== ''}
      onSubmit={submit}
      onClose={onClose}
      labels={{ code: text.code }}
    >
      <Text size="sm">{text.scan}</Text>
      {shown && (
        <Stack gap="xs" align="center">
          <Image src={shown.qr} alt={text.picture} w={240} h={240} p={12} bg="white" />
          <Group gap={4} wrap="nowrap" aria-label={text.key} role="group">
            <span className="mono">{shown.secret.replace(/(.{4})(?=.)/g, '$1 ')}</span>
            <CopyButton value={shown.secret} label={text.key} />
          </Group>
        </Stack>
      )}
      <TextInput
        label={text.code}
        description={text.codeHelp}
        value={code}
        onChange={(e) => setCode(e.currentTarget.value)}
        autoComplete="one-time-code"
        inputMode="numeric"
        data-autofocus
      />
    </Panel>
  );
}
