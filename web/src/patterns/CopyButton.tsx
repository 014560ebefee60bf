import { ActionIcon, Button, CopyButton as Copy, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { words } from '@/words';

/** Copies a value. label says what is copied to those who do not see it; wide shows the word on a button. */
export function CopyButton({ value, label, wide = false }: { value: string; label: string; wide?: boolean }) {
  return (
    <Copy value={value} timeout={2000}>
      {({ copied, copy }) => {
        const word = copied ? words.do.copied : words.do.copy;
        const Shown = copied ? IconCheck : IconCopy;
        if (wide) {
          return (
            <Button variant="default" size="xs" onClick={copy} leftSection={<Shown size={14} />} aria-label={`${word}: ${label}`}>
              {word}
            </Button>
          );
        }
        return (
          <Tooltip label={word}>
            <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`${word}: ${label}`}>
              <Shown size={15} />
            </ActionIcon>
          </Tooltip>
        );
      }}
    </Copy>
  );
}
