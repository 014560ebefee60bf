import { Alert, Button, Drawer, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUnsaved } from '@/app/unsaved';
import { words } from '@/words';
import { Gone, isGone, letGo } from './gone';
import classes from './panel.module.css';

interface Props {
  opened: boolean;
  title: string;
  onClose: () => void;
  /** Does what the panel is for. What it throws is shown on top, and at the fields by fieldErrors. */
  onSubmit: () => Promise<void> | void;
  submit: string;
  /** Something was typed: leaving asks. */
  dirty: boolean;
  /** What was typed is kept elsewhere, and comes back: leaving the page loses nothing. */
  kept?: boolean;
  /** Makes what is edited anew, of what was typed, where somebody has deleted it meanwhile. */
  onAnew?: () => Promise<void> | void;
  onBack?: () => void;
  /** API field → label, for what the summary of errors calls it. */
  labels?: Record<string, string>;
  onFieldErrors?: (fields: Record<string, string>) => void;
  children: ReactNode;
}

/** Making and editing: slides in from the right, Ctrl+Enter submits, leaving asks only when something was typed. After a refusal the first
 * field that is wrong has the focus. */
export function Panel(props: Props) {
  const { opened, onClose, dirty, labels = {} } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [gone, setGone] = useState(false);
  const [asks, setAsks] = useState(false);
  const client = useQueryClient();
  const summary = useRef<HTMLDivElement>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (!opened) return;
    setError(undefined);
    setGone(false);
  }, [opened]);
  useEffect(() => {
    if (!error) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-wrong] button');
    if (!wrong || wrong.ariaHasPopup)
      summary.current?.focus(); // what opens on focus would cover the rest
    else {
      wrong.scrollIntoView({ block: 'center' });
      wrong.focus({ preventScroll: true });
    }
  }, [error]);

  useUnsaved(opened && dirty && !props.kept, busy);

  const close = () => {
    onClose();
    if (gone) void letGo(client);
  };
  const leave = () => (dirty && !busy ? setAsks(true) : close());
  const act = gone ? props.onAnew : props.onSubmit;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !act) return;
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (thrown) {
      setError(thrown);
      if (isGone(thrown)) setGone(true);
      props.onFieldErrors?.(problemOf(thrown).fields);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.current?.requestSubmit();
    }
  };

  return (
    <>
      <Drawer
        opened={opened}
        onClose={leave}
        title={props.title}
        closeButtonProps={{ 'aria-label': words.do.close }}
        classNames={{ body: classes.body, title: classes.title }}
        onKeyDown={keys}
        closeOnEscape={!asks}
      >
        <form ref={form} onSubmit={(event) => void submit(event)} className={classes.form} noValidate>
          <Stack gap="md" className={classes.fields}>
            {error !== undefined && <Summary error={error} labels={labels} place={summary} anew={props.onAnew !== undefined} />}
            <Gone value={gone}>{props.children}</Gone>
          </Stack>
          <Group justify="flex-end" className={classes.foot}>
            {props.onBack ? (
              <Button variant="default" onClick={props.onBack}>
                {words.do.back}
              </Button>
            ) : (
              <Button variant="default" onClick={leave}>
                {gone ? words.do.close : words.do.cancel}
              </Button>
            )}
            {act && (
              <Button type="submit" loading={busy}>
                {gone ? words.meanwhile.anew : props.submit}
              </Button>
            )}
          </Group>
        </form>
      </Drawer>
      <Modal
        opened={asks}
        onClose={() => setAsks(false)}
        title={words.state.typed}
        closeButtonProps={{ 'aria-label': words.do.close }}
        closeOnEscape={false} // it would hear the key that opened it
        onKeyDown={(event) => event.key === 'Escape' && setAsks(false)}
      >
        <Text size="sm">{words.state.typedHelp}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => setAsks(false)} data-autofocus>
            {words.do.keepEditing}
          </Button>
          <Button
            color="red"
            onClick={() => {
              setAsks(false);
              close();
            }}
          >
            {words.do.discard}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Summary({
  error,
  labels,
  place,
  anew,
}: {
  error: unknown;
  labels: Record<string, string>;
  place: React.RefObject<HTMLDivElement | null>;
  anew: boolean;
}) {
  const problem = problemOf(error);
  const fields = Object.entries(problem.fields);
  const gone = isGone(error);
  return (
    <Alert
      ref={place}
      tabIndex={-1}
      color="red"
      variant="light"
      title={gone ? words.meanwhile.gone : fields.length > 0 ? words.state.fix : words.state.failed}
      role="alert"
    >
      {gone ? (
        anew ? (
          words.meanwhile.goneAnew
        ) : (
          words.meanwhile.goneHelp
        )
      ) : fields.length === 0 ? (
        problem.message
      ) : (
        <ul className={classes.errors}>
          {fields.map(([field, message]) => (
            <li key={field}>
              <bdi>{labels[field] ?? field}</bdi>: <bdi>{message}</bdi>
            </li>
          ))}
        </ul>
      )}
      {problem.requestId && (
        <Text size="xs" mt={4} className="mono">
          {words.state.requestId}: {problem.requestId}
        </Text>
      )}
    </Alert>
  );
}
