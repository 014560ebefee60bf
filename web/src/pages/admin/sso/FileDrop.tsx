import { Button, FileButton, Group, Input, Paper, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useId, useState } from 'react';
import { number } from '@/words';
import { sso } from '@/words/sso';
import classes from './filedrop.module.css';

const text = sso.drop;

/** A file as it was read. */
export interface ReadFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

interface Props {
  label: string;
  description?: string;
  error?: string;
  accept: string;
  /** What was chosen before. */
  file: ReadFile | undefined;
  /** Larger ones are not read. In bytes. */
  max: number;
  onFile: (file: ReadFile) => void;
  onRefuse: (why: string) => void;
}

/** Takes one file: dropped, or chosen with a button. */
export function FileDrop({ label, description, error, accept, file, max, onFile, onRefuse }: Props) {
  const [over, setOver] = useState(false);
  const id = useId();
  const read = async (chosen: File | null | undefined) => {
    if (!chosen) return;
    if (chosen.size > max) onRefuse(text.tooLarge);
    else if (chosen.size === 0) onRefuse(text.empty);
    else onFile({ name: chosen.name, bytes: new Uint8Array(await chosen.arrayBuffer()) });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };
  return (
    <Input.Wrapper label={label} description={description} error={error} errorProps={{ id }} labelElement="div">
      <Paper
        className={classes.drop}
        data-over={over || undefined}
        data-wrong={error !== undefined || undefined}
        mt={6}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Group gap="sm">
          {file ? (
            <Text size="sm" role="status" className={classes.name}>
              <bdi>{file.name}</bdi>, {text.size(number(file.bytes.length))}
            </Text>
          ) : (
            <Text size="sm" c="dimmed">
              {text.here}
            </Text>
          )}
          <FileButton accept={accept} onChange={(chosen) => void read(chosen)} inputProps={{ 'aria-label': label }}>
            {(props) => (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconFileUpload size={14} />}
                aria-label={`${file ? text.other : text.choose}: ${label}`}
                aria-describedby={error === undefined ? undefined : id}
                {...props}
              >
                {file ? text.other : text.choose}
              </Button>
            )}
          </FileButton>
        </Group>
      </Paper>
    </Input.Wrapper>
  );
}

/** The bytes of a file in base64. */
export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The text of a file that is XML, byte order marks and white space before it left out; undefined where it is none. */
export function xmlOf(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const written = new TextDecoder().decode(bytes).trimStart();
  return written.startsWith('<') ? written : undefined;
}
