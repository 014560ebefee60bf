import { Button, Stack } from '@mantine/core';
import { IconFileCertificate, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done, failed } from '@/patterns/notice';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { IssuerPanel } from './IssuerPanel';
import { type Issuer, issuersKey } from './queries';
import { TokenInspector } from './TokenInspector';

const text = words.security.issuers;

const kindOf = (i: Issuer) => (i.kind === 'entra' ? text.kinds.entra : text.kinds.oidc);

const columns: Column<Issuer>[] = [
  { id: 'name', label: text.name, text: (i) => i.name },
  { id: 'kind', label: text.kind, text: kindOf },
  { id: 'issuer', label: text.issuer, text: (i) => i.issuer, cell: (i) => <span className="mono">{i.issuer}</span> },
  { id: 'audiences', label: text.audiences, text: (i) => i.audiences.join(', ') },
  {
    id: 'state',
    label: text.state,
    text: (i) => (i.enabled ? words.state.enabled : words.state.disabled),
    cell: (i) => <Status tone={i.enabled ? 'good' : 'off'}>{i.enabled ? words.state.enabled : words.state.disabled}</Status>,
  },
  { id: 'created', label: text.created, text: (i) => i.created_at, cell: (i) => <Time at={i.created_at} />, hidden: true },
];

/** Admin > Security Controls > Token issuers, with the token inspector. */
export default function Issuers() {
  const client = useQueryClient();
  const [editing, setEditing] = useState<Issuer | 'new'>();
  const [deleting, setDeleting] = useState<Issuer[]>([]);
  const several = count(deleting.length, text.one, text.many);

  const remove = async () => {
    await Promise.all(deleting.map((i) => api.DELETE('/issuers/{id}', { params: { path: { id: i.id } } })));
    await client.invalidateQueries({ queryKey: issuersKey });
    done(text.deleted(several));
    setDeleting([]);
  };
  const refresh = async (issuers: Issuer[]) => {
    try {
      const fetched = await Promise.all(issuers.map((i) => body(api.POST('/issuers/{id}/refresh', { params: { path: { id: i.id } } }))));
      done(text.refreshed(count(fetched.flatMap((page) => page.items ?? []).length, text.keyOne, text.keyMany)));
    } catch (error) {
      failed(error);
    }
  };

  return (
    <Stack gap={48}>
      <List<Issuer>
        name="token-issuers"
        title={words.pages.issuers}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={issuersKey}
        load={({ cursor, limit }) => body(api.GET('/issuers', { params: { query: { cursor, limit } } }))}
        columns={columns}
        rowId={(i) => i.id}
        rowName={(i) => i.name}
        onOpen={setEditing}
        searchable={false}
        create={{ label: text.new, run: () => setEditing('new') }}
        acts={[
          { label: text.refresh, run: (rows) => void refresh(rows) },
          { label: words.do.delete, icon: <IconTrash size={16} />, danger: true, run: setDeleting },
        ]}
        empty={
          <EmptyState icon={IconFileCertificate} title={text.empty} act={<Button onClick={() => setEditing('new')}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <TokenInspector />
      <IssuerPanel issuer={editing} onClose={() => setEditing(undefined)} />
      <Confirm
        opened={deleting.length > 0}
        title={text.delete(several)}
        act={words.do.delete}
        onConfirm={remove}
        onClose={() => setDeleting([])}
      >
        {deleting.map((i) => (
          <div key={i.id}>{text.deleteEffect(i.name)}</div>
        ))}
      </Confirm>
    </Stack>
  );
}
