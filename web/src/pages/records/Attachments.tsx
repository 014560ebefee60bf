import { ActionIcon, Anchor, Button, FileButton, Group, Progress, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconPaperclip, IconTrash, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useRef, useState } from 'react';
import { deleteRecord, listRecords, literal, type RecordData } from '@/api/odata';
import { problemOf } from '@/api/problem';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { sameObject, whoOf } from './names';
import { type ObjectDetail, objectsQuery, type Rights, recordKey } from './queries';
import classes from './record.module.css';
import { sizeOf, upload } from './upload';
import { Typed } from './Value';

const text = words.record.attachments;

/** The set of all attachments, of records of whatever object. */
export const attachmentsSet = 'attachments';

/** What the person may do with attachments; undefined where they may not even see them. */
export const useAttachmentRights = (): Rights | undefined =>
  useQuery(objectsQuery).data?.find((o) => sameObject(o.object, 'Attachment'))?.rights;

/** The files of a record. */
export function Attachments({ def, id }: { def: ObjectDetail; id: string }) {
  const rights = useAttachmentRights();
  return rights ? <Files def={def} id={id} rights={rights} /> : null;
}

function Files({ def, id, rights }: { def: ObjectDetail; id: string; rights: Rights }) {
  const client = useQueryClient();
  const [removing, setRemoving] = useState<RecordData>();
  const [over, setOver] = useState(false);
  const uploads = useUploads(def, id);
  const found = useQuery({
    queryKey: [...recordKey(def.set, id), 'attachments'],
    queryFn: ({ signal }) =>
      listRecords(attachmentsSet, { filter: `ParentLink_RecID eq ${literal(id)}`, orderby: 'CreatedDateTime desc', top: 100, signal }),
  });
  const erase = async () => {
    if (!removing) return;
    await deleteRecord(attachmentsSet, removing.RecId);
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.deleted(nameOf(removing)));
    setRemoving(undefined);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void uploads.add([...event.dataTransfer.files]);
  };
  return (
    <Card
      title={text.title}
      act={
        rights.create && (
          <FileButton multiple onChange={(files) => void uploads.add(files)} resetRef={uploads.reset}>
            {(props) => (
              <Button {...props} size="xs" variant="default" leftSection={<IconPaperclip size={14} />}>
                {text.add}
              </Button>
            )}
          </FileButton>
        )
      }
    >
      <Stack
        gap="xs"
        className={rights.create ? classes.drop : undefined}
        data-over={over || undefined}
        onDragOver={(event) => {
          if (!rights.create) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={rights.create ? drop : undefined}
      >
        {uploads.running.map((one) => (
          <div key={one.name}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" className={classes.grow}>
                {text.uploading(one.name)} · {text.progress(number(Math.floor(one.part * 100)))}
              </Text>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.cancel} onClick={one.cancel}>
                <IconX size={15} />
              </ActionIcon>
            </Group>
            <Progress value={one.part * 100} size="sm" aria-label={text.uploading(one.name)} />
          </div>
        ))}
        {uploads.refused.map((one) => (
          <Text key={one.name} size="sm" c="var(--mantine-color-error)" role="alert" className={classes.grow}>
            {text.failed(one.name)}: {one.refused}
          </Text>
        ))}
        {found.isPending && <Skeleton height={40} />}
        {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
        {found.data?.items.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            {text.none} {rights.create && text.drop}
          </Text>
        )}
        {found.data && found.data.items.length > 0 && (
          <ul className={classes.list} aria-label={text.title}>
            {found.data.items.map((file) => (
              <li key={file.RecId} className={classes.row}>
                <File file={file} />
                {rights.delete && (
                  <Tooltip label={words.do.delete}>
                    <ActionIcon variant="subtle" color="gray" aria-label={text.delete(nameOf(file))} onClick={() => setRemoving(file)}>
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Tooltip>
                )}
              </li>
            ))}
          </ul>
        )}
      </Stack>
      <Confirm
        opened={removing !== undefined}
        title={text.deleteTitle(removing ? nameOf(removing) : '')}
        act={words.do.delete}
        onConfirm={erase}
        onClose={() => setRemoving(undefined)}
      >
        {text.deleteEffect}
      </Confirm>
    </Card>
  );
}

const nameOf = (file: RecordData): string => String(file.ATTACHNAME ?? file.RecId);

function File({ file }: { file: RecordData }) {
  const name = nameOf(file);
  const url = typeof file.URL === 'string' && /^https?:\/\//i.test(file.URL) ? file.URL : undefined;
  return (
    <div className={classes.grow}>
      <Anchor
        size="sm"
        href={url ?? `/api/rest/Attachment?ID=${encodeURIComponent(file.RecId)}`}
        {...(url ? { target: '_blank', rel: 'noopener noreferrer' } : { download: name })}
        aria-label={text.download(name)}
      >
        <Typed>{name}</Typed>
      </Anchor>
      <Text size="xs" c="dimmed" component="div">
        {typeof file.ATTACHSIZE === 'number' && `${sizeOf(file.ATTACHSIZE, number)} · `}
        <Typed>{whoOf(file.CreatedBy)}</Typed> · <Time at={String(file.CreatedDateTime)} />
      </Text>
    </div>
  );
}

interface Running {
  name: string;
  part: number;
  cancel: () => void;
}

/** Uploads files one after the other. */
function useUploads(def: ObjectDetail, id: string) {
  const client = useQueryClient();
  const reset = useRef<() => void>(null);
  const [running, setRunning] = useState<Running[]>([]);
  const [refused, setRefused] = useState<{ name: string; refused: string }[]>([]);
  const one = async (file: globalThis.File) => {
    const abort = new AbortController();
    const name = file.name;
    setRunning((before) => [...before, { name, part: 0, cancel: () => abort.abort() }]);
    try {
      const said = await upload(
        file,
        def.object,
        id,
        (part) => setRunning((before) => before.map((r) => (r.name === name ? { ...r, part } : r))),
        abort.signal,
      );
      if (said.refused !== undefined) throw new Error(said.refused);
      return true;
    } catch (thrown) {
      setRefused((before) => [...before, { name, refused: problemOf(thrown).message }]);
      return false;
    } finally {
      setRunning((before) => before.filter((r) => r.name !== name));
    }
  };
  const add = async (files: globalThis.File[]) => {
    setRefused([]);
    let attached = 0;
    for (const file of files) if (await one(file)) attached++;
    reset.current?.();
    if (attached === 0) return;
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.done(count(attached, text.file, text.files)));
  };
  return { running, refused, add, reset };
}
