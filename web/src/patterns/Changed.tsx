import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUserEdit } from '@tabler/icons-react';
import { useContext } from 'react';
import { words } from '@/words';
import { Gone } from './gone';

interface Props {
  /** Somebody has saved what is being edited. */
  shown: boolean;
  /** Takes over what they saved in place of what was typed. */
  onLoad: () => void;
  /** Goes on with what was typed. */
  onKeep: () => void;
  /** Saving writes nothing over: it says first what they have changed. */
  safe?: boolean;
}

/** Says in a panel that somebody else has saved the same thing, and asks whose words count. Pairs with useSavedElsewhere. */
export function Changed({ shown, onLoad, onKeep, safe }: Props) {
  const gone = useContext(Gone);
  return (
    <div role="status">
      {shown && !gone && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconUserEdit size={18} />}
          title={words.live.saved}
          styles={{ label: { color: 'var(--mantine-color-text)' } }}
        >
          <Text size="sm">{safe ? words.live.savedSafe : words.live.savedHelp}</Text>
          <Group gap="xs" mt="sm">
            <Button size="compact-sm" variant="default" onClick={onLoad}>
              {words.live.load}
            </Button>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onKeep}>
              {words.live.keep}
            </Button>
          </Group>
        </Alert>
      )}
    </div>
  );
}
