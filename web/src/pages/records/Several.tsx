import { Alert, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { RecordData } from '@/api/odata';
import { problemOf } from '@/api/problem';
import { number, words } from '@/words';

const text = words.desk;

/** So many requests are under way at once. */
const together = 4;

interface Props {
  /** What is done, while it is done. */
  title: string;
  records: RecordData[];
  nameOf: (record: RecordData) => string;
  act: (record: RecordData) => Promise<unknown>;
  /** When the last one has been done, with how many of them were. */
  onDone: (done: number) => void;
  onClose: () => void;
}

/** Does something to several records: tells how far it is, stops when it is told to, and says which were refused and why. */
export function Several({ title, records, nameOf, act, onDone, onClose }: Props) {
  const [done, setDone] = useState(0);
  const [refusals, setRefusals] = useState<{ id: string; name: string; message: string }[]>([]);
  const [ended, setEnded] = useState(false);
  const stopped = useRef(false);
  const latest = useRef({ records, nameOf, act, onDone });
  useEffect(() => {
    const { records: all, nameOf: name, act: one, onDone: tell } = latest.current;
    const waiting = [...all];
    let ok = 0;
    let left = false;
    const worker = async () => {
      for (let next = waiting.shift(); next && !stopped.current; next = waiting.shift()) {
        const record = next;
        try {
          await one(record);
          ok++;
          if (!left) setDone(ok);
        } catch (error) {
          const { message } = problemOf(error);
          if (!left) setRefusals((before) => [...before, { id: record.RecId, name: name(record), message }]);
        }
      }
    };
    const start = setTimeout(() => {
      void Promise.all(Array.from({ length: together }, worker)).then(() => {
        tell(ok);
        if (!left) setEnded(true);
      });
    });
    return () => {
      left = true;
      clearTimeout(start);
    };
  }, []);
  const worked = done + refusals.length;
  useEffect(() => {
    if (ended && refusals.length === 0 && worked === records.length) onClose();
  }, [ended, refusals, worked, records, onClose]);
  const stop = () => {
    stopped.current = true;
  };
  return (
    <Modal
      opened
      onClose={ended ? onClose : stop}
      title={title}
      closeOnClickOutside={ended}
      closeButtonProps={{ 'aria-label': ended ? words.do.close : text.stop }}
    >
      <Stack>
        <Progress value={(100 * worked) / records.length} aria-label={title} />
        <Text size="sm" role="status">
          {!ended && text.progress(number(worked), number(records.length))}
          {ended && worked < records.length && `${text.stopped(number(worked), number(records.length))} `}
          {ended && text.result(number(done))}
        </Text>
        {refusals.length > 0 && (
          <Alert color="red" variant="light" role="alert" title={text.refused(number(refusals.length))}>
            <List size="sm" mah="40vh" style={{ overflowY: 'auto' }}>
              {refusals.map((r) => (
                <List.Item key={r.id}>
                  <bdi>{r.name}</bdi>: <bdi>{r.message}</bdi>
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={ended ? onClose : stop} data-autofocus>
            {ended ? words.do.close : text.stop}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
