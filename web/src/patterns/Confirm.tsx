import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { words } from '@/words';
import { ProblemText } from './ProblemText';

interface Props {
  opened: boolean;
  title: string;
  /** What will stop working, and for whom. */
  children: ReactNode;
  /** The verb on the button. */
  act: string;
  /** Has to be typed where it cannot be undone. */
  name?: string;
  danger?: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something is ended or deleted. Stays open with the reason when it fails. */
export function Confirm({ opened, title, children, act, name, danger = true, onConfirm, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!opened) return;
    setTyped('');
    setError(undefined);
  }, [opened]);
  const sure = !name || typed.trim() === name;
  const run = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.do.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (sure && !busy) void run();
        }}
      >
        <Stack gap="md">
          {danger ? (
            <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />}>
              {children}
            </Alert>
          ) : (
            <div>{children}</div>
          )}
          {name && (
            <TextInput
              label={words.state.confirmName(name)}
              value={typed}
              onChange={(e) => setTyped(e.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          <ProblemText error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus={name ? undefined : true}>
              {words.do.cancel}
            </Button>
            <Button type="submit" color={danger ? 'red' : undefined} disabled={!sure} loading={busy}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
