import { Button, Group, MultiSelect, NativeSelect, Switch, Text, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Problem } from '@/api/problem';
import type { Tagged } from '@/api/tagged';
import { allRolesQuery, allTeamsQuery } from '@/pages/admin/people/queries';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { Part } from './NewProvider';
import { linesOf, type Provider, providersKey, putSettings, type Rule, readProvider, type Settings, settingsOf } from './queries';
import { type DraftRule, RuleFields } from './RuleFields';
import { GrantsAdmin } from './RulesCard';
import { roleChoices, standardRole } from './roleChoices';
import { say } from './say';
import { useClaims } from './useClaims';

const text = sso.rules;
const field = sso.field;

type Draft = Omit<Settings, 'rules'> & { rules: DraftRule[] };

/** Values are edited as lines. */
const draftOf = (p: Provider): Draft => {
  const settings = settingsOf(p);
  return {
    ...settings,
    rules: settings.rules.map((rule, i) => ({
      id: rule.id ?? `rule ${i}`,
      claim: rule.claim,
      operator: rule.operator,
      values: rule.values.join('\n'),
      role: rule.role ?? '',
      team: rule.team ?? '',
      org_unit: rule.org_unit ?? '',
    })),
  };
};

/** Rules that have not been saved have no name yet. */
const isNew = (rule: DraftRule) => rule.id.startsWith('new ');

const written = (rule: DraftRule): Rule => ({
  ...(!isNew(rule) && { id: rule.id }),
  claim: rule.claim.trim(),
  operator: rule.operator,
  values: linesOf(rule.values),
  ...(rule.role && { role: rule.role }),
  ...(rule.team && { team: rule.team }),
  ...(rule.org_unit && { org_unit: rule.org_unit }),
});

const incomplete = (rule: Rule) => !rule.claim || rule.values.length === 0 || !(rule.role || rule.team || rule.org_unit);

/** A rule that is edited as people read it in what others have changed. */
const sayRules = (name: string, value: unknown) => (name === 'rules' ? say(name, (value as DraftRule[]).map(written)) : say(name, value));

/** Edits what people get: defaults, which roles rules may give, and the rules in their order. */
export function EditRules({ opened, provider, onClose }: { opened: boolean; provider: Tagged<Provider>; onClose: () => void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [said, setSaid] = useState('');
  const made = useRef(0);
  const d = useDraft<Provider, Draft>({ opened, read: provider, draftOf, reload: () => readProvider(provider.id), say: sayRules });
  const allRoles = useQuery({ ...allRolesQuery, enabled: opened }).data ?? [];
  const allTeams = useQuery({ ...allTeamsQuery, enabled: opened }).data ?? [];
  const claims = useClaims(provider, opened);
  const { draft } = d;
  const toGive = (chosen: string[]) => roleChoices(allRoles, (r) => !r.administers || draft.may_grant_admin || chosen.includes(r.name));
  const standard = draft.default_role || standardRole;
  const teams = (chosen: string) => [...new Set([...allTeams.map((t) => t.name), ...(chosen ? [chosen] : [])])];
  const labels: Record<string, string> = field;
  const leave = () => {
    setFields({});
    onClose();
  };

  const set = (rules: DraftRule[]) => {
    setFields({});
    d.change({ rules });
  };
  const move = (from: number, to: number) => {
    const rules = [...draft.rules];
    const [rule] = rules.splice(from, 1);
    if (rule) rules.splice(to, 0, rule);
    set(rules);
    setSaid(text.moved(String(to + 1)));
  };
  const submit = async () => {
    setFields({});
    const rules = draft.rules.map(written);
    if (rules.some(incomplete))
      throw new Problem({ status: 400, code: 'request_invalid', errors: [{ field: 'rules', message: text.incomplete }] });
    await d.save((_, tag) => putSettings(provider.id, tag, { ...draft, rules }));
    await client.invalidateQueries({ queryKey: providersKey });
    done(words.state.saved);
    leave();
  };

  return (
    <Panel
      opened={opened}
      title={text.edit}
      submit={words.do.save}
      dirty={d.dirty}
      onSubmit={submit}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      <NativeSelect
        label={field.default_role}
        description={text.defaultsHelp}
        value={standard}
        onChange={(e) => d.change({ default_role: e.currentTarget.value })}
        data={roleChoices(allRoles, (r) => !r.administers || r.name === standard)}
        error={fields.default_role}
        data-autofocus
      />
      <NativeSelect
        label={field.default_team}
        value={draft.default_team}
        onChange={(e) => d.change({ default_team: e.currentTarget.value })}
        data={[{ value: '', label: text.noTeam }, ...teams(draft.default_team)]}
        error={fields.default_team}
      />
      <MultiSelect
        label={field.grantable_roles}
        description={text.grantHelp}
        searchable
        hidePickedOptions
        value={draft.grantable_roles}
        onChange={(grantable_roles) => d.change({ grantable_roles })}
        data={toGive(draft.grantable_roles)}
        error={fields.grantable_roles}
      />
      <Switch
        label={field.may_grant_admin}
        description={text.adminHelp}
        checked={draft.may_grant_admin}
        onChange={(e) => d.change({ may_grant_admin: e.currentTarget.checked })}
      />
      {draft.may_grant_admin && <GrantsAdmin />}
      <Part>{field.rules}</Part>
      <Text size="sm" c="dimmed">
        {draft.rules.length > 0 ? text.intro : text.none}
      </Text>
      {fields.rules && (
        <Text size="sm" c="var(--mantine-color-error)">
          {fields.rules}
        </Text>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {draft.rules.map((rule, i) => (
        <RuleFields
          key={rule.id}
          rule={rule}
          place={i}
          last={i === draft.rules.length - 1}
          claims={claims}
          roles={toGive([rule.role])}
          teams={teams(rule.team)}
          grantable={draft.grantable_roles}
          onChange={(part) => set(draft.rules.map((one) => (one.id === rule.id ? { ...one, ...part } : one)))}
          onMove={(to) => move(i, to)}
          onRemove={() => set(draft.rules.filter((one) => one.id !== rule.id))}
          onAllow={(role) => d.change({ grantable_roles: [...draft.grantable_roles, role] })}
        />
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            made.current += 1;
            set([
              ...draft.rules,
              { id: `new ${made.current}`, claim: '', operator: 'equals', values: '', role: '', team: '', org_unit: '' },
            ]);
          }}
        >
          {text.add}
        </Button>
      </Group>
    </Panel>
  );
}
