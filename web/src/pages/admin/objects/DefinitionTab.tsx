import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileUpload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useAct } from '@/app/acts';
import { CopyButton } from '@/patterns/CopyButton';
import { download } from '@/patterns/csv';
import { words } from '@/words';
import { ApplyFile } from './ApplyFile';
import classes from './objects.module.css';
import { nameOf, type ObjectDetail } from './queries';

const text = words.objects.definition;

/** The definition as data: to read, to copy, to keep, and to apply changed. */
export function DefinitionTab({ object }: { object: ObjectDetail }) {
  const [opened, setOpened] = useState(false);
  const written = useMemo(() => JSON.stringify(object.definition, null, 2), [object.definition]);
  useAct(text.upload, () => setOpened(true));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {text.help}
      </Text>
      <Group>
        <Button leftSection={<IconFileUpload size={16} />} onClick={() => setOpened(true)}>
          {text.upload}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => download(`${nameOf(object.object)}.json`, `${written}\n`, 'application/json')}
        >
          {words.do.download}
        </Button>
        <CopyButton value={written} label={words.objects.tabs.definition} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className={`${classes.frame} ${classes.scroll}`} tabIndex={0} aria-label={words.objects.tabs.definition}>
        <pre className={classes.code}>{written}</pre>
      </section>
      <ApplyFile opened={opened} onClose={() => setOpened(false)} start={written} />
    </Stack>
  );
}
