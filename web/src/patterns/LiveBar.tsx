import { Button, VisuallyHidden } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { count, number, words } from '@/words';
import classes from './live.module.css';

interface Props {
  held: number;
  moved: boolean;
  /** Of the last change. */
  said: { changed: number; added: number };
  show: () => void;
}

/** What waits above a list so that no row moves, and what has changed, for those who do not see it. */
export function LiveBar({ held, moved, said, show }: Props) {
  const parts = [
    said.changed > 0 && words.live.changed(count(said.changed, words.live.row, words.live.rows)),
    said.added > 0 && words.live.added(count(said.added, words.live.row, words.live.rows)),
  ].filter(Boolean);
  return (
    <>
      <VisuallyHidden role="status" aria-live="polite">
        {parts.join(', ')}
      </VisuallyHidden>
      {(held > 0 || moved) && (
        <div className={classes.waits}>
          <Button size="compact-sm" radius="xl" leftSection={<IconArrowUp size={14} />} onClick={show}>
            {held > 0 ? words.live.held(number(held)) : words.live.moved} – {words.live.show}
          </Button>
        </div>
      )}
    </>
  );
}
