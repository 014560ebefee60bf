import { Alert, Button, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tagged } from '@/api/tagged';
import { allRolesQuery, roleLabel } from '@/pages/admin/people/queries';
import { CardTable } from '@/patterns/CardTable';
import { Card, Facts } from '@/patterns/Record';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { EditRules } from './EditRules';
import type { Provider } from './queries';
import { standardRole } from './roleChoices';
import { givesText } from './ruleText';

const text = sso.rules;

/** What people get who sign in with a provider. */
export function RulesCard({ provider }: { provider: Tagged<Provider> }) {
  const [editing, setEditing] = useState(false);
  const rules = provider.rules ?? [];
  const roles = useQuery(allRolesQuery).data ?? [];
  const label = (name: string) => roleLabel(roles.find((role) => role.name === name) ?? { name });
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" leftSection={<IconPencil size={14} />} onClick={() => setEditing(true)}>
          {text.edit}
        </Button>
      }
    >
      <Stack gap="sm">
        {provider.may_grant_admin && <GrantsAdmin />}
        <Facts
          facts={[
            [sso.field.default_role, label(provider.default_role || standardRole)],
            [sso.field.default_team, provider.default_team || words.state.none],
            [sso.field.grantable_roles, provider.grantable_roles?.map(label).join(', ') || words.state.none],
          ]}
        />
        {rules.length === 0 ? (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              {text.intro}
            </Text>
            <CardTable label={text.title} heads={['#', text.claim, text.values, text.gives]} spacing={6}>
              {rules.map((rule, i) => (
                <Table.Tr key={rule.id} data-opens>
                  <Table.Td w={40}>{i + 1}</Table.Td>
                  <Table.Td className="mono" data-long data-label={text.claim}>
                    <bdi>{rule.claim}</bdi>
                  </Table.Td>
                  <Table.Td data-long data-label={text.values}>
                    {text.operators[rule.operator]} <bdi>{rule.values.join(', ')}</bdi>
                  </Table.Td>
                  <Table.Td data-long data-third data-label={text.gives}>
                    {givesText(rule)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </CardTable>
          </>
        )}
      </Stack>
      <EditRules opened={editing} provider={provider} onClose={() => setEditing(false)} />
    </Card>
  );
}

/** Says what it means that rules may give roles that administer. */
export const GrantsAdmin = () => (
  <Alert
    color="yellow"
    variant="light"
    icon={<IconAlertTriangle size={18} />}
    title={text.adminOn}
    styles={{ label: { color: 'var(--mantine-color-text)' } }}
  >
    {text.admin}
  </Alert>
);
