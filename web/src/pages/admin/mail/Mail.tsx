import { Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import classes from '@/patterns/record.module.css';
import { words } from '@/words';
import { Outbox } from './Outbox';
import { serverQuery } from './queries';
import { ServerForm } from './ServerForm';
import { TestMessage } from './TestMessage';

/** Admin > Mail. */
export default function Mail() {
  const { data: server } = useSuspenseQuery(serverQuery);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.pages.mail}</Title>
        <Text c="dimmed" size="sm">
          {words.mail.intro}
        </Text>
      </div>
      <div className={classes.columns}>
        <ServerForm key={JSON.stringify([server.host, server.port, server.security, server.from, server.user])} server={server} />
        <TestMessage configured={server.configured} />
      </div>
      <Outbox />
    </Stack>
  );
}
