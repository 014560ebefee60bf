import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { askToSignInBy, signInAddress, whoIsHere } from '@/api/send';
import { words } from '@/words';
import { useMe } from './session';
import { anythingUnsaved } from './unsaved';

const pause = 2000; // milliseconds between two looks whether somebody has signed in

/** Keeps what was typed when the session ends: the person signs in elsewhere and goes on here. Where nothing was typed, the browser goes to sign in. */
export function SignedOut() {
  const { person } = useMe();
  const [opened, setOpened] = useState(false);
  const waiting = useRef<{ ended: Promise<void>; end: () => void }>(undefined);

  useEffect(() => {
    askToSignInBy(() => {
      if (!anythingUnsaved()) {
        location.assign(signInAddress());
        return new Promise(() => {}); // the browser is on its way
      }
      if (!waiting.current) {
        let end = () => {};
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        waiting.current = { ended, end };
      }
      setOpened(true);
      return waiting.current.ended;
    });
    return () => askToSignInBy(undefined);
  }, []);

  useEffect(() => {
    if (!opened) return;
    const look = async () => {
      const here = await whoIsHere().catch(() => undefined);
      if (!here) return;
      if (here !== person.id) {
        location.reload(); // somebody else, whom this page is none of the business of
        return;
      }
      setOpened(false);
      waiting.current?.end();
      waiting.current = undefined;
    };
    const timer = setInterval(() => void look(), pause);
    addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      removeEventListener('focus', look);
    };
  }, [opened, person.id]);

  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={words.signedOut.title}
      zIndex={500}
    >
      <Stack gap="md">
        <Text size="sm">{words.signedOut.why}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => location.assign(signInAddress())}>
            {words.signedOut.leave}
          </Button>
          <Button component="a" href={signInAddress('/')} target="_blank" data-autofocus>
            {words.signedOut.act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
