import { Button } from '@mantine/core';
import { IconShield } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { api, body } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { number, words } from '@/words';
import { type Role, rolesKey } from './queries';

const text = words.roles;

const columns: Column<Role>[] = [
  { id: 'label', label: text.label, text: (r) => r.label || r.name },
  { id: 'name', label: text.name, text: (r) => r.name, cell: (r) => <span className="mono">{r.name}</span> },
  { id: 'description', label: text.description, text: (r) => r.description },
  { id: 'includes', label: text.includes, text: (r) => r.includes.map(text.included).join(', ') },
  { id: 'people', label: text.people, text: (r) => r.people, cell: (r) => number(r.people), align: 'right' },
  { id: 'kind', label: text.kind, text: (r) => (r.builtin ? text.builtin : text.own) },
  { id: 'admin', label: text.admin, text: (r) => (r.admin ? words.state.yes : words.state.no) },
];

/** Admin > Roles. */
export default function Roles() {
  const navigate = useNavigate();
  const start = () => void navigate({ to: '/admin/role-editor' });
  return (
    <List<Role>
      name="roles"
      title={words.pages.roles}
      intro={text.intro}
      nouns={[text.one, text.many]}
      queryKey={rolesKey}
      load={({ cursor, limit }) => body(api.GET('/roles', { params: { query: { cursor, limit } } }))}
      columns={columns}
      rowId={(r) => r.name}
      rowName={(r) => r.label || r.name}
      rowTo={(r) => `/admin/roles/${r.name}`}
      searchable={false}
      create={{ label: text.new, run: start }}
      empty={
        <EmptyState icon={IconShield} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
          {text.emptyHelp}
        </EmptyState>
      }
    />
  );
}
