import { Alert, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { problemOf } from '@/api/problem';
import { number, words } from '@/words';

const text = words.bulk;

interface Props<Row> {
  opened: boolean;
  title: string;
  act: string;
  rows: Row[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  /** Does it to one of them. */
  run: (row: Row) => Promise<unknown>;
  /** What is chosen before it begins. */
  children?: ReactNode;
  /** Enough is chosen. */
  ready?: boolean;
  danger?: boolean;
  /** done: how many of them it was done to. */
  onClose: (done: number) => void;
}

type Result = true | string;

/** Does something to many, one after the other: progress, an end before it is through, and what became of each. */
export function BulkRun<Row>(props: Props<Row>) {
  const { opened, rows, rowId, rowName, ready = true } = props;
  const [results, setResults] = useState<Record<string, Result>>({});
  const [running, setRunning] = useState(false);
  const [left, setLeft] = useState<number>();
  const stop = useRef(false);
  useEffect(() => {
    if (!opened) return;
    setResults({});
    setLeft(undefined);
    stop.current = false;
  }, [opened]);
  const doneTo = Object.values(results).filter((r) => r === true).length;
  const refused = rows.filter((row) => typeof results[rowId(row)] === 'string');
  const tried = doneTo + refused.length;
  const over = tried > 0 && !running;
  const close = () => (running ? undefined : props.onClose(doneTo));

  const start = async () => {
    const todo = rows.filter((row) => results[rowId(row)] !== true);
    const began = performance.now();
    stop.current = false;
    setRunning(true);
    setResults((before) => Object.fromEntries(Object.entries(before).filter(([, result]) => result === true)));
    for (const [i, row] of todo.entries()) {
      if (stop.current) break;
      let result: Result = true;
      try {
        await props.run(row);
      } catch (thrown) {
        result = problemOf(thrown).message;
      }
      setResults((before) => ({ ...before, [rowId(row)]: result }));
      setLeft(Math.ceil((((performance.now() - began) / (i + 1)) * (todo.length - i - 1)) / 1000));
    }
    setRunning(false);
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={props.title}
      closeOnEscape={!running}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': words.do.close, disabled: running }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !running) void start();
        }}
      >
        <Stack gap="md">
          {tried === 0 && !running && props.children}
          {(running || tried > 0) && (
            <div>
              <Progress value={rows.length > 0 ? (tried / rows.length) * 100 : 0} aria-label={props.title} />
              <Text size="sm" mt={6} role="status">
                {text.progress(number(tried), number(rows.length))}
                {running && left !== undefined && left > 1 && ` ${text.left(number(left))}`}
              </Text>
            </div>
          )}
          {over && doneTo > 0 && <Text size="sm">{text.done(number(doneTo))}</Text>}
          {over && tried < rows.length && <Text size="sm">{text.stopped(number(rows.length - tried))}</Text>}
          {refused.length > 0 && (
            <Alert color="red" variant="light" title={text.refused(number(refused.length))} role="alert">
              <ul style={{ margin: 0, paddingInlineStart: '1.125rem', overflowWrap: 'anywhere', maxHeight: 260, overflowY: 'auto' }}>
                {refused.map((row) => (
                  <li key={rowId(row)}>
                    <bdi>{rowName(row)}</bdi>: <bdi>{results[rowId(row)]}</bdi>
                  </li>
                ))}
              </ul>
            </Alert>
          )}
          <Group justify="flex-end">
            {running ? (
              <Button
                variant="default"
                onClick={() => {
                  stop.current = true;
                }}
              >
                {text.stop}
              </Button>
            ) : (
              <Button variant="default" onClick={close} data-autofocus={tried === 0 && !props.children ? true : undefined}>
                {over ? words.do.close : words.do.cancel}
              </Button>
            )}
            {!(over && doneTo === rows.length) && (
              <Button type="submit" loading={running} disabled={!ready} color={props.danger ? 'red' : undefined}>
                {over ? words.do.retry : props.act}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
