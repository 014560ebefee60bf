import { Accordion, Anchor, Button, Group, Skeleton, Text, TextInput } from '@mantine/core';
import { IconLink, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type RecordData, type RecordPage, relatedRecords, unlinkRecords } from '@/api/odata';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { number, words } from '@/words';
import { categoryOf, fieldOf, keyOf, statusField, type Values } from './definition';
import { LinkPanel } from './LinkPanel';
import { isKindOf, nameOf } from './names';
import { type ObjectDetail, objectQuery, recordKey } from './queries';
import RecordPanel from './RecordPanel';
import classes from './record.module.css';
import { Typed } from './Value';

const text = words.record.related;

type Relationship = ObjectDetail['relationships'][number];

const few = 8;
const rows = 10;

/** What a record is related to: a part for each relationship, which is read when it is opened. */
export function Related({ def, id, journal }: { def: ObjectDetail; id: string; journal?: string }) {
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string[]>([]);
  const shown = def.relationships
    .filter((r) => r.name !== journal && !(r.child && isKindOf(r.object, 'Attachment')) && !(r.child && isKindOf(r.object, 'Journal')))
    .sort((a, b) => Number(b.many) - Number(a.many));
  if (shown.length === 0) return null;
  const wanted = search.trim().toLowerCase();
  const matching = shown.filter((r) => `${r.label} ${r.name}`.toLowerCase().includes(wanted));
  const visible = all || wanted ? matching : matching.slice(0, few);
  const twice = new Set(shown.map((r) => r.label).filter((label, at, labels) => labels.indexOf(label) !== at));
  return (
    <Card title={text.title}>
      {shown.length > few && (
        <TextInput
          type="search"
          size="xs"
          mb="xs"
          aria-label={text.find}
          placeholder={text.find}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <Accordion multiple value={open} onChange={setOpen} variant="default" chevronPosition="left" order={3}>
        {visible.map((r) => (
          <Accordion.Item key={r.name} value={r.name}>
            <Accordion.Control>
              {r.label}
              {twice.has(r.label) && (
                <Text span size="xs" c="dimmed" ml={6} className="mono">
                  {r.name}
                </Text>
              )}
            </Accordion.Control>
            <Accordion.Panel>{open.includes(r.name) && <Part def={def} id={id} relationship={r} />}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {!wanted && shown.length > few && (
        <Button size="compact-sm" variant="subtle" color="gray" mt="xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? text.few : text.hidden(number(shown.length))}
        </Button>
      )}
    </Card>
  );
}

function Part({ def, id, relationship }: { def: ObjectDetail; id: string; relationship: Relationship }) {
  const client = useQueryClient();
  const other = useQuery(objectQuery(relationship.set)).data;
  const [act, setAct] = useState<'link' | 'create'>();
  const [parting, setParting] = useState<RecordData>();
  const found = useInfiniteQuery({
    queryKey: [...recordKey(def.set, id), 'related', relationship.name],
    queryFn: ({ pageParam, signal }) => relatedRecords(def.set, id, relationship.name, { top: rows, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: RecordPage) => last.next,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const mayLink = mayJoin(def, relationship, other);
  const part = async () => {
    if (!parting || !other) return;
    await unlinkRecords(def.set, id, relationship.name, parting.RecId);
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.unlinked(nameOf(other, parting)));
    setParting(undefined);
  };
  return (
    <>
      {(found.isPending || !other) && !found.isError && <Skeleton height={36} />}
      {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.none}
        </Text>
      )}
      {other && items.length > 0 && (
        <ul className={classes.list} aria-label={relationship.label}>
          {items.map((item) => (
            <li key={item.RecId} className={classes.row}>
              <Row def={other} item={item} />
              {mayLink && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  onClick={() => setParting(item)}
                  aria-label={text.unlinkOne(nameOf(other, item))}
                >
                  {text.unlink}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Group gap="xs" mt="xs">
        {found.hasNextPage && (
          <Button variant="default" size="xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {text.more}
          </Button>
        )}
        {mayLink && (
          <Button variant="default" size="xs" leftSection={<IconLink size={14} />} onClick={() => setAct('link')}>
            {text.link}
          </Button>
        )}
        {relationship.create && relationship.child && (
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={() => setAct('create')}>
            {words.do.create}
          </Button>
        )}
      </Group>
      {mayLink && <LinkPanel def={def} id={id} relationship={relationship} opened={act === 'link'} onClose={() => setAct(undefined)} />}
      {relationship.create && relationship.child && (
        <Made def={def} id={id} relationship={relationship} opened={act === 'create'} onClose={() => setAct(undefined)} />
      )}
      {other && (
        <Confirm
          opened={parting !== undefined}
          title={text.unlinkTitle(parting ? nameOf(other, parting) : '')}
          act={text.unlink}
          danger={false}
          onConfirm={part}
          onClose={() => setParting(undefined)}
        >
          {text.unlinkEffect}
        </Confirm>
      )}
    </>
  );
}

/** Whether the person may relate through this: what changes is the record that holds the link, or the pair of our own. */
function mayJoin(def: ObjectDetail, relationship: Relationship, other: ObjectDetail | undefined): boolean {
  if (def.view || !other) return false;
  if (!relationship.child) return def.rights.update && !(relationship.field && fieldOf(def, relationship.field)?.read_only);
  return other.rights.update && !other.view && !fieldOf(other, relationship.child)?.read_only;
}

/** A new record that names this one from its beginning. */
function Made({
  def,
  id,
  relationship,
  opened,
  onClose,
}: {
  def: ObjectDetail;
  id: string;
  relationship: Relationship;
  opened: boolean;
  onClose: () => void;
}) {
  const made = useQuery(objectQuery(relationship.create ?? '')).data;
  const field = made && fieldOf(made, relationship.child ?? '');
  if (!made || !field) return null;
  const initial: Values = field.type === 'link' ? { [keyOf(field)]: id, [categoryOf(field)]: def.object } : { [field.name]: id };
  return <RecordPanel set={made.set} initial={initial} opened={opened} onClose={onClose} />;
}

function Row({ def, item }: { def: ObjectDetail; item: RecordData }) {
  const status = statusField(def);
  const value = status && item[status.name];
  const said = def.number ? item[def.number] : undefined;
  const name = nameOf(def, item);
  return (
    <div className={classes.grow}>
      <Group gap="xs">
        <Anchor size="sm" renderRoot={(props) => <Link to={`/desk/${def.set}/${item.RecId}`} {...props} />}>
          <Typed>{name}</Typed>
        </Anchor>
        {said !== null && said !== undefined && String(said) !== name && (
          <Text size="xs" c="dimmed" className="mono">
            {String(said)}
          </Text>
        )}
        {value !== undefined && value !== null && (
          <Status tone={item.ReadOnly === true ? 'off' : 'wait'}>
            {status?.options?.find((o) => o.value === value)?.label ?? String(value)}
          </Status>
        )}
      </Group>
    </div>
  );
}
