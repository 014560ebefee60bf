import { Anchor, Button, Group, Menu, Tabs } from '@mantine/core';
import { IconChevronDown, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done } from '@/patterns/notice';
import { RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { count, number, words } from '@/words';
import { Actions } from './Actions';
import { DefinitionTab } from './DefinitionTab';
import { EditLabels } from './EditLabels';
import { Fields } from './Fields';
import { NumberTab } from './NumberTab';
import { kindOf } from './Objects';
import { Priority } from './Priority';
import { nameOf, type ObjectDetail, objectQuery, objectsKey, objectTo } from './queries';
import { Relationships } from './Relationships';
import { Searches } from './Searches';
import { StatusTab } from './StatusTab';
import { UsedLists } from './UsedLists';

const text = words.objects;

const tabs: [keyof typeof text.tabs, (props: { object: ObjectDetail }) => ReactNode][] = [
  ['fields', Fields],
  ['lists', UsedLists],
  ['number', NumberTab],
  ['relationships', Relationships],
  ['status', StatusTab],
  ['priority', Priority],
  ['searches', Searches],
  ['actions', Actions],
  ['definition', DefinitionTab],
];

/** One business object: everything its definition says, a tab for each part. */
export default function ObjectRecord() {
  const { object: name } = useParams({ strict: false });
  const { data: object } = useSuspenseQuery(objectQuery(name ?? ''));
  const { tab = 'fields' } = useSearch({ strict: false }) as { tab?: string };
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'labels' | 'delete'>();
  const close = () => setOpen(undefined);

  const erase = async () => {
    const short = nameOf(object.object);
    await api.DELETE('/objects/{object}', { params: { path: { object: short }, query: { confirm: short } } });
    await navigate({ to: '/admin/business-objects' });
    client.removeQueries({ queryKey: objectQuery(short).queryKey });
    await client.invalidateQueries({ queryKey: objectsKey });
    done(text.deleted(object.label));
  };
  return (
    <RecordPage
      within={{ label: words.pages.objects, to: '/admin/business-objects' }}
      title={object.plural}
      subtitle={<Summary object={object} />}
      status={<Status tone={object.custom ? 'good' : 'off'}>{kindOf(object)}</Status>}
      acts={
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('labels')}>
            {text.edit}
          </Button>
          {object.custom && (
            <Menu position="bottom-end" returnFocus>
              <Menu.Target>
                <Button variant="default" rightSection={<IconChevronDown size={16} />}>
                  {words.list.actions}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconTrash size={16} />} c="var(--mantine-color-error)" onClick={() => setOpen('delete')}>
                  {text.delete}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ to: '.', search: value === 'fields' ? {} : { tab: value ?? '' }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map(([id]) => (
            <Tabs.Tab key={id} value={id}>
              {text.tabs[id]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(([id, Shown]) => (
          <Tabs.Panel key={id} value={id}>
            <Shown object={object} key={object.object} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <EditLabels object={object} opened={open === 'labels'} onClose={close} />
      <Confirm
        opened={open === 'delete'}
        title={text.deleteTitle(object.plural)}
        act={text.delete}
        name={nameOf(object.object)}
        onConfirm={erase}
        onClose={close}
      >
        {text.deleteEffect(count(object.records, 'record', 'records'), object.set || '–')}
      </Confirm>
    </RecordPage>
  );
}

/** What is to be known of an object at once, in one line. */
function Summary({ object: o }: { object: ObjectDetail }) {
  return (
    <Group gap="4px 16px" mt={2} style={{ overflowWrap: 'anywhere' }}>
      <span className="mono">{o.object}</span>
      {o.set ? (
        <Group gap={2} wrap="nowrap">
          <span>
            {text.set} <span className="mono">{o.set}</span>
          </span>
          <CopyButton value={`${location.origin}/api/odata/businessobject/${o.set}`} label={text.set} />
        </Group>
      ) : (
        <span>{text.noSet}</span>
      )}
      <span>{o.view ? text.view : count(o.records, 'record', 'records')}</span>
      <span>{text.fieldsOf(number(o.fields), number(o.added))}</span>
      {o.extends && (
        <span>
          {text.extends} <To object={o.extends} />
        </span>
      )}
      {o.extensions.length > 0 && (
        <span>
          {text.extensions}{' '}
          {o.extensions.map((x, i) => (
            <span key={x}>
              {i > 0 && ', '}
              <To object={x} />
            </span>
          ))}
        </span>
      )}
      <Anchor size="sm" renderRoot={(props) => <Link to="/admin/audit-log" search={{ target: o.object }} {...props} />}>
        {text.history}
      </Anchor>
    </Group>
  );
}

const To = ({ object }: { object: string }) => (
  <Anchor size="sm" className="mono" renderRoot={(props) => <Link to={objectTo(object)} {...props} />}>
    {object}
  </Anchor>
);
