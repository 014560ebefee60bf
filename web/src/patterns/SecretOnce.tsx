import { Alert, Button, Checkbox, Code, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { words } from '@/words';
import { CopyButton } from './CopyButton';
import { download } from './csv';
import classes from './secret.module.css';

/** A value to copy. */
export interface SecretValue {
  caption: string;
  value: string;
  secret?: boolean;
}

interface Props {
  /** Nothing is shown without it. */
  values: SecretValue[] | undefined;
  title: string;
  intro?: string;
  /** Names the downloaded file. */
  file: string;
  snippets?: { caption: string; lines: string[] }[];
  note?: string;
  onClose: () => void;
}

/** Values of which a secret is shown this once: copy, download, tick that it is stored, finish. */
export function SecretOnce({ values, title, intro, file, snippets = [], note, onClose }: Props) {
  const [stored, setStored] = useState(false);
  useEffect(() => {
    if (values) setStored(false);
  }, [values]);
  const needsTick = values?.some((v) => v.secret) ?? false;
  const save = () => download(`${file}.txt`, `${(values ?? []).map((v) => `${v.caption}: ${v.value}`).join('\n')}\n`);
  return (
    <Modal
      opened={values !== undefined}
      onClose={() => stored && onClose()}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={stored}
    >
      <Stack gap="md">
        {intro && <Text size="sm">{intro}</Text>}
        {needsTick && (
          <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="note">
            {words.secret.warning}
          </Alert>
        )}
        <dl className={classes.values}>
          {values?.map((v) => (
            <div key={v.caption} className={classes.value}>
              <dt>{v.caption}</dt>
              <dd>
                <code>{v.value}</code>
                <CopyButton wide value={v.value} label={v.caption} />
              </dd>
            </div>
          ))}
        </dl>
        {note && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
        {snippets.length > 0 && (
          <Tabs defaultValue={snippets[0]?.caption} keepMounted={false}>
            <Tabs.List aria-label={words.secret.snippets}>
              {snippets.map((s) => (
                <Tabs.Tab key={s.caption} value={s.caption}>
                  {s.caption}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {snippets.map((s) => (
              <Tabs.Panel key={s.caption} value={s.caption} pt="xs">
                <Code block tabIndex={0}>
                  {s.lines.join('\n')}
                </Code>
                <Group justify="flex-end" mt="xs">
                  <CopyButton wide value={s.lines.join('\n')} label={s.caption} />
                </Group>
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
        <Group justify="space-between">
          <Button variant="subtle" leftSection={<IconDownload size={16} />} onClick={save}>
            {words.secret.download}
          </Button>
          {needsTick && <Checkbox label={words.secret.stored} checked={stored} onChange={(e) => setStored(e.currentTarget.checked)} />}
        </Group>
        <Group justify="flex-end">
          <Button disabled={needsTick && !stored} onClick={onClose} title={needsTick && !stored ? words.secret.tick : undefined}>
            {words.secret.finish}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
