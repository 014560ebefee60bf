import { ActionIcon, Autocomplete, Button, Fieldset, Group, NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, body } from '@/api/client';
import { whole } from '@/pages/admin/people/queries';
import { sso } from '@/words/sso';
import type { Rule } from './queries';

const text = sso.rules;

/** A rule as it is edited: its values are lines. */
export interface DraftRule {
  id: string;
  claim: string;
  operator: Rule['operator'];
  values: string;
  role: string;
  team: string;
  org_unit: string;
}

interface Props {
  rule: DraftRule;
  /** Where it stands, from 0. */
  place: number;
  last: boolean;
  claims: string[];
  roles: { value: string; label: string }[];
  teams: string[];
  grantable: string[];
  onChange: (part: Partial<DraftRule>) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
  /** Adds a role to those that rules may give. */
  onAllow: (role: string) => void;
}

const operators = Object.keys(text.operators) as Rule['operator'][];

/** The fields of one rule, with what moves and removes it. */
export function RuleFields({ rule, place, last, claims, roles, teams, grantable, onChange, onMove, onRemove, onAllow }: Props) {
  const units =
    useQuery({
      queryKey: ['places', 'units'],
      queryFn: () => whole((cursor) => body(api.GET('/org-units', { params: { query: { limit: 200, cursor } } }))),
      staleTime: 60_000,
    }).data ?? [];
  const n = String(place + 1);
  const barred = rule.role !== '' && !grantable.includes(rule.role);
  const several = rule.operator === 'in_list';
  const values = {
    label: several ? text.values : text.value,
    value: rule.values,
    spellCheck: false,
    classNames: { input: 'mono' },
    onChange: (e: { currentTarget: { value: string } }) => onChange({ values: e.currentTarget.value }),
  };
  return (
    <Fieldset legend={text.rule(n)} p="sm">
      <Group gap={4} justify="flex-end" mt={-8}>
        <ActionIcon variant="subtle" color="gray" disabled={place === 0} onClick={() => onMove(place - 1)} aria-label={text.up(n)}>
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" disabled={last} onClick={() => onMove(place + 1)} aria-label={text.down(n)}>
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={text.remove(n)}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <Autocomplete
        label={text.claim}
        value={rule.claim}
        onChange={(claim) => onChange({ claim })}
        data={claims}
        limit={30}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      <NativeSelect
        mt="xs"
        label={text.operator}
        value={rule.operator}
        onChange={(e) => {
          const operator = operators.find((one) => one === e.currentTarget.value) ?? 'equals';
          onChange({ operator, ...(operator !== 'in_list' && { values: rule.values.split('\n')[0] ?? '' }) });
        }}
        data={operators.map((value) => ({ value, label: text.operators[value] }))}
      />
      {several ? (
        <Textarea mt="xs" {...values} description={text.valuesHelp} autosize minRows={2} maxRows={8} />
      ) : (
        <TextInput mt="xs" {...values} autoComplete="off" />
      )}
      <NativeSelect
        mt="xs"
        label={text.role}
        value={rule.role}
        onChange={(e) => onChange({ role: e.currentTarget.value })}
        data={[{ value: '', label: text.nothing }, ...roles]}
        error={barred ? text.notGrantable : undefined}
      />
      {barred && (
        <Button size="compact-sm" variant="default" mt={6} onClick={() => onAllow(rule.role)}>
          {text.allow(roles.find((r) => r.value === rule.role)?.label ?? rule.role)}
        </Button>
      )}
      <NativeSelect
        mt="xs"
        label={text.team}
        value={rule.team}
        onChange={(e) => onChange({ team: e.currentTarget.value })}
        data={[{ value: '', label: text.nothing }, ...teams]}
      />
      <Autocomplete
        mt="xs"
        label={text.orgUnit}
        value={rule.org_unit}
        onChange={(org_unit) => onChange({ org_unit })}
        data={[...new Set(units.map((u) => u.name))]}
        limit={50}
      />
      {!rule.role && !rule.team && !rule.org_unit && (
        <Text size="xs" c="dimmed" mt={6}>
          {text.givesNothing}
        </Text>
      )}
    </Fieldset>
  );
}
