import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { RightsTable } from '@/pages/admin/people/RightsTable';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { words } from '@/words';
import { rightsRows, roleQuery } from './queries';

const text = words.roles;

/** One role: the rights it has of its own, and what it includes. */
export default function RoleRecord() {
  const { name } = useParams({ strict: false });
  const { data: role } = useSuspenseQuery(roleQuery(name ?? ''));
  return (
    <RecordPage
      within={{ label: words.pages.roles, to: '/admin/roles' }}
      title={role.label || role.name}
      subtitle={role.description}
      aside={
        <Card title={text.facts}>
          <Facts
            facts={[
              [
                text.name,
                <span key="name" className="mono">
                  {role.name}
                </span>,
              ],
              [text.kind, role.builtin ? text.builtin : text.own],
              [text.admin, role.admin ? words.state.yes : words.state.no],
              [text.includes, role.includes.map(text.included).join(', ')],
            ]}
          />
        </Card>
      }
    >
      <Card title={text.rights}>
        {role.admin && <Text size="sm">{text.adminHelp}</Text>}
        {role.includes.length > 0 && (
          <Text size="sm" c="dimmed" mb="sm">
            {text.besides(role.includes.map(text.included).join(', '))}
          </Text>
        )}
        {!(role.admin && Object.keys(role.rights).length === 0) && <RightsTable objects={rightsRows(role.rights)} label={text.rights} />}
      </Card>
    </RecordPage>
  );
}
