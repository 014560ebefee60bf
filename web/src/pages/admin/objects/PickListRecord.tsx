import { ActionIcon, Anchor, Button, Group, Switch, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, body } from '@/api/client';
import { Problem, problemOf } from '@/api/problem';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { Confirm } from '@/patterns/Confirm';
import { done, failed } from '@/patterns/notice';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { count, number, words } from '@/words';
import classes from './objects.module.css';
import { listQuery, listsKey, objectTo, type PickList, type PickValue, usageQuery } from './queries';
import { ValuePanel } from './ValuePanel';

const text = words.pickLists;

/** One pick list: its values in their order, and which fields take them. */
export default function PickListRecord() {
  const { list: name } = useParams({ strict: false });
  const { data: list } = useSuspenseQuery(listQuery(name ?? ''));
  const usage = useQuery(usageQuery(list.name));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<{ value?: PickValue }>();
  const [removing, setRemoving] = useState<PickValue>();
  const [deleting, setDeleting] = useState(false);
  const [said, setSaid] = useState('');
  const tag = useRef(list.tag);
  if (!open && !removing) tag.current = list.tag;
  useAct(text.add, () => setOpen({}));
  useShortcut('c', text.add, () => setOpen({}));

  const held = (v: PickValue) => usage.data?.find((c) => c.value === v.value)?.records ?? 0;
  const save = async (values: PickValue[], more: { open?: boolean; force?: boolean } = {}) => {
    try {
      const saved = await body(
        api.PUT('/lists/{list}', {
          params: { path: { list: list.name }, query: { force: more.force }, header: { 'If-Match': `"${tag.current}"` } },
          body: { name: list.name, open: more.open ?? list.open, values: values.map(({ review, ...v }) => v) },
        }),
      );
      tag.current = saved.tag;
      client.setQueryData(listQuery(list.name).queryKey, saved);
      await client.invalidateQueries({ queryKey: listsKey });
    } catch (error) {
      if (problemOf(error).status !== 412) throw error;
      tag.current = (await client.fetchQuery({ ...listQuery(list.name), staleTime: 0 })).tag;
      throw new Problem({ status: 412, code: 'definition_changed', detail: words.objects.conflictList }, error);
    }
  };
  const move = async (at: number, by: -1 | 1) => {
    const values = [...list.values];
    const [moved] = values.splice(at, 1);
    if (!moved) return;
    values.splice(at + by, 0, moved);
    try {
      await save(values);
      setSaid(text.moved(moved.label || moved.value, number(at + by + 1)));
    } catch (error) {
      failed(error);
    }
  };
  const turn = async (v: PickValue) => {
    try {
      await save(list.values.map((other) => (other.value === v.value ? { ...v, inactive: !v.inactive } : other)));
      done(v.inactive ? text.activated(v.value) : text.deactivated(v.value));
    } catch (error) {
      failed(error);
    }
  };
  const remove = async () => {
    if (!removing) return;
    await save(
      list.values.filter((v) => v.value !== removing.value),
      { force: true },
    );
    done(text.removed(removing.value));
    setRemoving(undefined);
    setOpen(undefined);
  };
  const erase = async () => {
    await api.DELETE('/lists/{list}', { params: { path: { list: list.name } } });
    await navigate({ to: '/admin/pick-lists' });
    client.removeQueries({ queryKey: listQuery(list.name).queryKey });
    await client.invalidateQueries({ queryKey: listsKey });
    done(text.deleted(list.name));
  };

  return (
    <RecordPage
      within={{ label: words.pages.pickLists, to: '/admin/pick-lists' }}
      title={list.name}
      acts={
        <>
          <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>
            {text.add}
          </Button>
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
            {words.do.delete}
          </Button>
        </>
      }
      aside={<Sidebar list={list} onOpen={(on) => void save(list.values, { open: on }).catch(failed)} />}
    >
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {list.values.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.noValues}
        </Text>
      )}
      {list.values.length > 0 && (
        <div className={classes.frame}>
          <Table verticalSpacing={6} horizontalSpacing="md" aria-label={text.values} className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text.value}</Table.Th>
                <Table.Th visibleFrom="sm">{text.aliases}</Table.Th>
                <Table.Th ta="end" visibleFrom="xs">
                  {text.records}
                </Table.Th>
                <Table.Th>{text.state}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{words.list.actions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.values.map((v, i) => (
                <Table.Tr key={v.value}>
                  <Table.Td>
                    <UnstyledButton className={classes.name} onClick={() => setOpen({ value: v })}>
                      {v.label || v.value}
                    </UnstyledButton>
                    {v.label && v.label !== v.value && (
                      <Text size="xs" c="dimmed" className="mono">
                        {v.value}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td visibleFrom="sm">{v.aliases?.join(', ')}</Table.Td>
                  <Table.Td ta="end" visibleFrom="xs">
                    {usage.data ? number(held(v)) : '–'}
                  </Table.Td>
                  <Table.Td>
                    <Status tone={v.review ? 'attention' : v.inactive ? 'off' : 'good'}>
                      {v.review ? text.toReview : v.inactive ? text.inactive : text.inUse}
                    </Status>
                  </Table.Td>
                  <Table.Td>
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={28}
                        aria-label={text.up(v.value)}
                        disabled={i === 0}
                        onClick={() => void move(i, -1)}
                      >
                        <IconArrowUp size={16} />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={28}
                        aria-label={text.down(v.value)}
                        disabled={i === list.values.length - 1}
                        onClick={() => void move(i, 1)}
                      >
                        <IconArrowDown size={16} />
                      </ActionIcon>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <ValuePanel
        list={list}
        value={open?.value}
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        onSave={save}
        onTurn={turn}
        onRemove={setRemoving}
      />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle(removing?.value ?? '')}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect} {removing && held(removing) > 0 && text.removeHeld(count(held(removing), 'record', 'records'))}
      </Confirm>
      <Confirm
        opened={deleting}
        title={text.delete(list.name)}
        act={words.do.delete}
        name={list.name}
        onConfirm={erase}
        onClose={() => setDeleting(false)}
      >
        {text.deleteEffect}
      </Confirm>
    </RecordPage>
  );
}

function Sidebar({ list, onOpen }: { list: PickList; onOpen: (open: boolean) => void }) {
  return (
    <Card title={text.facts}>
      <Facts
        facts={[
          [
            text.used,
            list.used_by.length > 0 ? (
              <div key="used">
                {list.used_by.map((u) => (
                  <div key={`${u.object} ${u.field}`}>
                    <Anchor size="sm" className="mono" renderRoot={(props) => <Link to={objectTo(u.object)} {...props} />}>
                      {u.object} {u.field}
                    </Anchor>
                  </div>
                ))}
              </div>
            ) : (
              text.unused
            ),
          ],
          [text.values, number(list.values.length)],
        ]}
      />
      <Switch
        mt="md"
        label={text.openLabel}
        description={text.openHelp}
        checked={list.open ?? false}
        onChange={(e) => onOpen(e.currentTarget.checked)}
      />
    </Card>
  );
}
