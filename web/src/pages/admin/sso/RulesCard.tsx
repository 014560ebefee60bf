import { Alert, Button, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { Tagged } from '@/api/tagged';
import { Card, Facts } from '@/patterns/Record';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { EditRules } from './EditRules';
import type { Provider } from './queries';
import { givesText } from './ruleText';

const text = sso.rules;

/** What people get who sign in with a provider. */
export function RulesCard({ provider }: { provider: Tagged<Provider> }) {
  const [editing, setEditing] = useState(false);
  const rules = provider.rules ?? [];
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
            [sso.field.default_role, provider.default_role || text.selfService],
            [sso.field.default_team, provider.default_team || words.state.none],
            [sso.field.grantable_roles, provider.grantable_roles?.join(', ') || words.state.none],
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
            <Table.ScrollContainer type="native" tabIndex={0} minWidth={560}>
              <Table verticalSpacing={6} aria-label={text.title}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={40}>#</Table.Th>
                    <Table.Th>{text.claim}</Table.Th>
                    <Table.Th>{text.values}</Table.Th>
                    <Table.Th>{text.gives}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rules.map((rule, i) => (
                    <Table.Tr key={rule.id}>
                      <Table.Td>{i + 1}</Table.Td>
                      <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
                        <bdi>{rule.claim}</bdi>
                      </Table.Td>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>
                        {text.operators[rule.operator]} <bdi>{rule.values.join(', ')}</bdi>
                      </Table.Td>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>{givesText(rule)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
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
