import { Alert, Anchor, Button, Group, VisuallyHidden } from '@mantine/core';
import { IconEdit, IconError404, IconInfoCircle, IconLock, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { deleteRecord, type TaggedRecord } from '@/api/odata';
import { problemOf } from '@/api/problem';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { AfterPaint } from '@/patterns/AfterPaint';
import { isGone } from '@/patterns/gone';
import { done } from '@/patterns/notice';
import { RecordPage } from '@/patterns/Record';
import { EmptyState, ErrorState, PageSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { ActionMenu } from './ActionMenu';
import { Attachments } from './Attachments';
import { DeleteRecord } from './DeleteRecord';
import { statusField } from './definition';
import { FactCards } from './FactCards';
import { History } from './History';
import { Notes } from './Notes';
import { isKindOf, kindOf, nameOf } from './names';
import { type ObjectDetail, objectQuery, recordQuery } from './queries';
import RecordPanel from './RecordPanel';
import { Related } from './Related';
import { Texts } from './Texts';

const text = words.record;

/** One record of whatever object: what happened to it on the left, its facts on the right. */
export default function RecordDetail() {
  const { set = '', id = '' } = useParams({ strict: false });
  const def = useQuery(objectQuery(set));
  const record = useQuery({ ...recordQuery(def.data?.set ?? set, id), enabled: def.data !== undefined });

  if (def.error)
    return problemOf(def.error).status === 404 ? <UnknownObject /> : <ErrorState error={def.error} retry={() => void def.refetch()} />;
  if (!def.data) return <PageSkeleton />;
  const refused = record.error && <Refused def={def.data} error={record.error} retry={() => void record.refetch()} />;
  if (refused && !record.data) return refused;
  if (!record.data) return <PageSkeleton />;
  const kind = def.data.group ? kindOf(def.data, record.data.record) : undefined;
  if (kind) return <Navigate to={`/desk/${kind.set}/${record.data.record.RecId}`} replace />;
  return <Shown key={record.data.record.RecId} def={def.data} found={record.data} refused={isGone(record.error) ? refused : null} />;
}

interface Props {
  def: ObjectDetail;
  found: TaggedRecord;
  /** Stands in place of a record that is gone, once nobody edits it any more. */
  refused: ReactNode;
}

function Shown({ def, found, refused }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const { record } = found;
  const id = record.RecId;
  const name = nameOf(def, record) || text.untitled;
  const number = def.number ? record[def.number] : undefined;
  const writable = !def.view && !def.group;
  const mayEdit = writable && def.rights.update;
  const mayDelete = writable && def.rights.delete && record.ReadOnly !== true;
  const edit = () => setOpen('edit');
  const close = () => setOpen(undefined);
  useShortcut('e', words.do.edit, edit, { enabled: mayEdit });
  useAct(mayEdit ? text.edit(def.label.toLowerCase()) : undefined, edit);
  useAct(mayDelete ? text.deleteOne(def.label.toLowerCase()) : undefined, () => setOpen('delete'));

  const journal =
    def.relationships.find((r) => r.many && r.child && isKindOf(r.object, 'Journal') && r.create) ??
    def.relationships.find((r) => r.many && r.child && isKindOf(r.object, 'Journal'));
  const erase = async () => {
    await deleteRecord(def.set, id, found.etag);
    await navigate({ to: `/desk/${def.set}` });
    client.removeQueries({ queryKey: ['records', def.set, id] });
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.delete.done(name));
  };

  if (refused && open !== 'edit') return refused;
  return (
    <RecordPage
      within={{ label: def.plural, to: `/desk/${def.set}` }}
      title={name}
      subtitle={
        <Group gap={6}>
          <span>{def.label}</span>
          {number !== null && number !== undefined && <span className="mono">{String(number)}</span>}
        </Group>
      }
      status={<StatusOf def={def} record={record} />}
      acts={
        <>
          {mayEdit && (
            <Button leftSection={<IconEdit size={16} />} onClick={edit}>
              {words.do.edit}
            </Button>
          )}
          {writable && <ActionMenu def={def} found={found} name={name} />}
          {mayDelete && (
            <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setOpen('delete')}>
              {words.do.delete}
            </Button>
          )}
        </>
      }
      aside={<FactCards def={def} record={record} />}
    >
      <Standing def={def} closed={record.ReadOnly === true} />
      <Texts def={def} record={record} />
      <AfterPaint>
        {journal && <Notes def={def} id={id} relationship={journal} />}
        {!def.view && <Attachments def={def} id={id} />}
        <Related def={def} id={id} journal={journal?.name} />
        {!def.view && <History def={def} id={id} />}
        {mayEdit && <RecordPanel set={def.set} id={id} opened={open === 'edit'} onClose={close} />}
        {mayDelete && (
          <DeleteRecord opened={open === 'delete'} def={def} id={id} name={name} journal={journal?.name} erase={erase} close={close} />
        )}
      </AfterPaint>
    </RecordPage>
  );
}

/** Why a record cannot be changed, or not deleted. */
function Standing({ def, closed }: { def: ObjectDetail; closed: boolean }) {
  const why = def.view ? text.readOnlyView : def.group ? text.readOnlyGroup : closed ? text.closedHelp : undefined;
  return (
    why && (
      <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />}>
        {why}
      </Alert>
    )
  );
}

/** The status of a record in words; of one in which nothing goes on any more, as such. */
function StatusOf({ def, record }: { def: ObjectDetail; record: TaggedRecord['record'] }) {
  const field = statusField(def);
  const value = field && record[field.name];
  if (!value) return null;
  const ended = record.ReadOnly === true || def.status?.read_only.includes(String(value));
  return <Status tone={ended ? 'off' : 'wait'}>{field.options?.find((o) => o.value === value)?.label ?? String(value)}</Status>;
}

const ToList = ({ def }: { def: ObjectDetail }) => (
  <Button variant="default" renderRoot={(props) => <Link to={`/desk/${def.set}`} {...props} />}>
    {text.toList(def.plural.toLowerCase())}
  </Button>
);

/** A record that is not there, or not for this person. */
function Refused({ def, error, retry }: { def: ObjectDetail; error: unknown; retry: () => void }) {
  const { status } = problemOf(error);
  if (status === 404) {
    return (
      <Headed by={def.label}>
        <EmptyState icon={IconError404} title={text.unknown(def.label.toLowerCase())} act={<ToList def={def} />}>
          {text.unknownHelp}
        </EmptyState>
      </Headed>
    );
  }
  if (status === 403) {
    return (
      <Headed by={def.label}>
        <EmptyState icon={IconLock} title={text.mayNot(def.plural.toLowerCase())}>
          {text.mayNotHelp}
        </EmptyState>
      </Headed>
    );
  }
  return (
    <Headed by={def.label}>
      <ErrorState error={error} retry={retry} />
    </Headed>
  );
}

/** A page that shows only a state still has a heading, for those who go by headings. */
const Headed = ({ by, children }: { by: string; children: ReactNode }) => (
  <>
    <VisuallyHidden component="h1">{by}</VisuallyHidden>
    {children}
  </>
);

/** An object that is not there, or not for this person: the program tells nobody which. */
const UnknownObject = () => (
  <Headed by={text.about}>
    <EmptyState
      icon={IconLock}
      title={text.unknownObject}
      act={
        <Anchor size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
          {words.state.toHome}
        </Anchor>
      }
    >
      {text.unknownObjectHelp}
    </EmptyState>
  </Headed>
);
