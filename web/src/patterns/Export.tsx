import { Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { number, words } from '@/words';
import { ProblemText } from './ProblemText';

/** An export holds no more rows than these: a spreadsheet opens it, and the browser can hold it. */
export const mostExported = 50_000;

interface Props<Row> {
  opened: boolean;
  onClose: () => void;
  /** The next rows; the cursor of the page before, '' at first. */
  load: (cursor: string) => Promise<{ items: Row[]; next?: string; total?: number }>;
  /** Saves what was read. */
  save: (rows: Row[]) => void;
}

/** Reads all rows that match, page by page, tells how far it is, and saves them as a file. Closing it ends it. */
export function Export<Row>({ opened, onClose, load, save }: Props<Row>) {
  const [state, setState] = useState<{ read: number; total?: number; bound?: boolean; error?: unknown }>({ read: 0 });
  const latest = useRef({ load, save, onClose });
  latest.current = { load, save, onClose };
  useEffect(() => {
    if (!opened) return;
    let left = false;
    setState({ read: 0 });
    const run = async () => {
      const rows: Row[] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined && rows.length < mostExported) {
        const page = await latest.current.load(cursor);
        if (left) return;
        rows.push(...page.items);
        cursor = page.next;
        setState({ read: rows.length, total: page.total });
      }
      const bound = rows.length > mostExported || cursor !== undefined;
      latest.current.save(rows.slice(0, mostExported));
      if (bound) setState({ read: Math.min(rows.length, mostExported), bound });
      else latest.current.onClose();
    };
    run().catch((error: unknown) => !left && setState({ read: 0, error }));
    return () => {
      left = true;
    };
  }, [opened]);
  const { read, total, bound, error } = state;
  const working = !bound && error === undefined;
  return (
    <Modal opened={opened} onClose={onClose} title={words.list.exporting} closeButtonProps={{ 'aria-label': words.do.close }}>
      <Stack>
        {error !== undefined && <ProblemText error={error} />}
        {working && (
          <Progress
            value={total ? (100 * read) / Math.min(total, mostExported) : 100}
            animated={!total}
            aria-label={words.list.exporting}
          />
        )}
        {error === undefined && (
          <Text size="sm" role="status">
            {bound
              ? words.list.exportBound(number(mostExported))
              : total
                ? words.list.exported(number(read), number(total))
                : words.list.exportedSoFar(number(read))}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {working ? words.do.cancel : words.do.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
