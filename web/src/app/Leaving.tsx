import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { words } from '@/words';
import { anythingToLose } from './unsaved';

/** Asks before a page is left on which something was typed that is not saved. */
export function Leaving() {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => anythingToLose() && current.pathname !== next.pathname,
    enableBeforeUnload: false, // unsaved.ts asks
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={words.state.typed}
      closeButtonProps={{ 'aria-label': words.do.close }}
      zIndex={450}
    >
      <Text size="sm">{words.state.typedHelp}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => reset?.()} data-autofocus>
          {words.do.keepEditing}
        </Button>
        <Button color="red" onClick={() => proceed?.()}>
          {words.do.discard}
        </Button>
      </Group>
    </Modal>
  );
}
