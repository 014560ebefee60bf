import { Alert, Badge, Button, FileButton, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Problem, problemOf } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { fileOf } from './changes';
import { listsKey, objectsKey } from './queries';

const text = words.objects.definition;

type Preview = Schema<'DefinitionPreview'>;

/** Definitions of objects and lists as text: what they would change is shown before they are applied. */
export function ApplyFile({ opened, onClose, start = '' }: { opened: boolean; onClose: () => void; start?: string }) {
  const client = useQueryClient();
  const [written, setWritten] = useState(start);
  const [preview, setPreview] = useState<Preview>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (!opened) return;
    setWritten(start);
    setPreview(undefined);
    setError(undefined);
  }, [opened, start]);
  const change = (value: string) => {
    setWritten(value);
    setPreview(undefined);
    setError(undefined);
  };
  const ready = preview?.valid && preview.changes.length > 0;

  const submit = async () => {
    const file = parse(written) as Schema<'DefinitionFile'>;
    if (!ready) {
      setPreview(await body(api.POST('/objects/validate', { body: file })));
      return;
    }
    try {
      await api.POST('/objects/apply', { body: file, params: { header: { 'If-Match': `"${preview.tag}"` } } });
    } catch (thrown) {
      if (problemOf(thrown).status !== 412) throw thrown;
      setPreview(await body(api.POST('/objects/validate', { body: file })));
      throw new Problem({ status: 412, code: 'definition_changed', detail: text.stale }, thrown);
    }
    await Promise.all([client.invalidateQueries({ queryKey: objectsKey }), client.invalidateQueries({ queryKey: listsKey })]);
    done(text.applied);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.title}
      submit={ready ? text.apply : text.check}
      dirty={written !== start}
      onSubmit={submit}
      onClose={onClose}
      labels={{ definition: text.text }}
      onFieldErrors={(fields) => setError(fields.definition)}
    >
      <Group>
        <FileButton accept="application/json,.json" onChange={(file) => void file?.text().then(change)}>
          {(props) => (
            <Button variant="default" leftSection={<IconFileUpload size={16} />} {...props}>
              {text.file}
            </Button>
          )}
        </FileButton>
      </Group>
      <Textarea
        label={text.text}
        description={text.textHelp}
        value={written}
        onChange={(e) => change(e.currentTarget.value)}
        error={error}
        autosize
        minRows={10}
        maxRows={22}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        data-autofocus
      />
      {preview && <Shown preview={preview} />}
    </Panel>
  );
}

function parse(written: string): Record<string, unknown> {
  const refuse = (message: string) =>
    new Problem({ status: 400, code: 'definition_invalid', detail: message, errors: [{ field: 'definition', message }] });
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch (error) {
    throw refuse(`${text.notJSON}: ${error instanceof Error ? error.message : ''}`);
  }
  const file = fileOf(parsed);
  if (!file) throw refuse(text.notObject);
  return file;
}

function Shown({ preview }: { preview: Preview }) {
  return (
    <Stack gap="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
      {preview.problems.length > 0 && (
        <Alert color="red" variant="light" title={text.problems}>
          <List size="sm">
            {preview.problems.map((p) => (
              <List.Item key={p.pointer + p.message}>
                {p.message} <span className="mono">{p.pointer || text.whole}</span>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {preview.problems.length === 0 && preview.changes.length === 0 && <Alert variant="light">{text.nothing}</Alert>}
      {preview.changes.length > 0 && (
        <>
          <Text fw={600} size="sm">
            {text.changes}
          </Text>
          {preview.changes.map((c) => (
            <div key={[c.object, c.list, c.part, c.name].join(' ')}>
              <Group gap="xs">
                <Badge variant="outline" tt="none" fw={500} color={c.change === 'removed' ? 'red' : 'gray'} c="var(--mantine-color-text)">
                  {text.changed[c.change]}
                </Badge>
                <Text size="sm" className="mono">
                  {[c.object ?? c.list, c.part, c.name].filter(Boolean).join(' ')}
                </Text>
              </Group>
              {c.note && (
                <Text size="sm" c="dimmed">
                  {c.note}
                </Text>
              )}
            </div>
          ))}
        </>
      )}
    </Stack>
  );
}
