import { Alert, Radio, SegmentedControl, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Problem } from '@/api/problem';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { CertificateField, type Handed, MetadataField, nothing } from './HandOver';
import { oursQuery, type Provider, providersKey } from './queries';
import { SlashHint } from './SlashHint';
import { OurMetadata, samlValues, TileNote, Values } from './Values';

const text = sso.make;
const field = sso.field;

type Preset = keyof typeof sso.presets;
type Way = keyof typeof text.ways;

const presets = Object.keys(sso.presets) as Preset[];

const start = {
  name: '',
  entity_id: '',
  sso_url: '',
  slo_url: '',
  metadata_url: '',
  client_id: '',
  client_secret: '',
  create_users: true,
  link_by_email: false,
  allow_idp_initiated: true,
};

type Draft = typeof start;

/** What the API takes of what was typed: of the ways to hand over, the one that is open. */
function made(preset: Preset, way: Way, draft: Draft, handed: Handed): Schema<'NewProvider'> {
  const { name, create_users, link_by_email, entity_id } = draft;
  const all = { name, create_users, link_by_email, entity_id, enabled: false };
  if (preset === 'oidc')
    return {
      ...all,
      kind: 'oidc',
      preset: 'other',
      allow_idp_initiated: false,
      client_id: draft.client_id,
      client_secret: draft.client_secret || undefined,
    };
  const saml = { ...all, kind: 'saml' as const, preset, allow_idp_initiated: draft.allow_idp_initiated };
  if (way === 'url') return { ...saml, metadata_url: draft.metadata_url };
  if (way === 'file' || handed.metadata) return { ...saml, metadata: handed.metadata };
  return { ...saml, sso_url: draft.sso_url, slo_url: draft.slo_url, certificate: handed.certificate || undefined };
}

/** What is missing, by the name of the field. */
function missing(preset: Preset, way: Way, draft: Draft, handed: Handed): string[] {
  if (preset === 'oidc') return (['name', 'entity_id', 'client_id'] as const).filter((name) => !draft[name].trim());
  if (way === 'url') return (['name', 'metadata_url'] as const).filter((name) => !draft[name].trim());
  const name = draft.name.trim() ? [] : ['name'];
  if (way === 'file') return [...name, ...(handed.metadata ? [] : ['metadata'])];
  if (handed.metadata) return name;
  return [
    ...(['name', 'sso_url', 'entity_id'] as const).filter((one) => !draft[one].trim()),
    ...(handed.certificate.trim() ? [] : ['certificate']),
  ];
}

/** What to do about a field that is missing. */
const needs = (name: string): string => (name === 'certificate' ? text.needs.either : text.needs[name as keyof typeof text.needs]);

const labels: Record<string, string> = { ...field, url: field.metadata_url, document: field.metadata };

/** New identity provider: which one; then what to paste there, and what to take over from there. */
export function NewProvider({ opened, onClose, onMade }: { opened: boolean; onClose: () => void; onMade: (made: Provider) => void }) {
  const client = useQueryClient();
  const [preset, setPreset] = useState<Preset>('entra');
  const [second, setSecond] = useState(false);
  const [way, setWay] = useState<Way>('values');
  const [draft, setDraft] = useState(start);
  const [handed, setHanded] = useState(nothing);
  const [fields, setFields] = useState<Record<string, string>>({});
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  useEffect(() => {
    if (!opened) return;
    setPreset('entra');
    setSecond(false);
    setWay('values');
    setDraft(start);
    setHanded(nothing);
    setFields({});
  }, [opened]);

  const go = () => {
    const names = presets.map((one) => sso.presets[one]);
    if (!draft.name || names.includes(draft.name)) change({ name: preset === 'other' || preset === 'oidc' ? '' : sso.presets[preset] });
    setFields({});
    setSecond(true);
  };
  const submit = async () => {
    const without = missing(preset, way, draft, handed);
    if (without.length > 0)
      throw new Problem({ status: 400, code: 'request_invalid', errors: without.map((one) => ({ field: one, message: needs(one) })) });
    setFields({});
    const provider = await body(api.POST('/identity-providers', { body: made(preset, way, draft, handed) }));
    await client.invalidateQueries({ queryKey: providersKey });
    onMade(provider);
  };
  const forget = (...names: string[]) =>
    setFields((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !names.includes(name))));
  const hand = (next: Handed) => {
    setHanded(next);
    forget('certificate', 'metadata', 'document');
  };
  const line = (
    name: 'name' | 'entity_id' | 'sso_url' | 'slo_url' | 'client_id' | 'metadata_url',
    label: string,
    help?: string,
    mono = true,
  ) => (
    <TextInput
      label={label}
      description={help}
      value={draft[name]}
      onChange={(e) => {
        change({ [name]: e.currentTarget.value });
        forget(name, name === 'metadata_url' ? 'url' : name);
      }}
      error={fields[name] ?? (name === 'metadata_url' ? fields.url : undefined)}
      autoComplete="off"
      spellCheck={false}
      classNames={mono ? { input: 'mono' } : undefined}
    />
  );
  const required = (label: string) => `${label} (${words.state.required})`;
  const called = preset === 'other' || preset === 'oidc' ? text.it : sso.presets[preset];

  return (
    <Panel
      opened={opened}
      title={second ? sso.presets[preset] : text.title}
      submit={second ? words.do.create : words.do.continue}
      onBack={second ? () => setSecond(false) : undefined}
      dirty={second && (JSON.stringify({ ...draft, name: '' }) !== JSON.stringify(start) || handed !== nothing)}
      onSubmit={second ? submit : go}
      onClose={onClose}
      labels={preset === 'entra' ? { ...labels, entity_id: field.entraEntity } : labels}
      onFieldErrors={setFields}
    >
      {!second && (
        <Radio.Group label={text.which} value={preset} onChange={(value) => setPreset(presets.find((one) => one === value) ?? 'other')}>
          <Stack gap="sm" mt="xs">
            {presets.map((one) => (
              <Radio
                key={one}
                value={one}
                label={sso.presets[one]}
                description={sso.presetHelp[one]}
                data-autofocus={one === preset || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {second && (
        <>
          <Part>{`1. ${text.paste(called)}`}</Part>
          <Paste preset={preset} />
          <Part>{`2. ${text.take(called)}`}</Part>
          {preset === 'oidc' ? (
            <>
              {line('name', required(field.name), text.nameHelp, false)}
              {line('entity_id', required(field.issuer), field.entityHelp)}
              {line('client_id', required(field.client_id))}
              <TextInput
                type="password"
                label={field.client_secret}
                description={field.secretHelp}
                value={draft.client_secret}
                onChange={(e) => change({ client_secret: e.currentTarget.value })}
                error={fields.client_secret}
                autoComplete="new-password"
              />
            </>
          ) : (
            <>
              <Text size="sm" c="dimmed">
                {preset === 'entra' ? text.takeEntra : text.takeOther}
              </Text>
              <SegmentedControl
                aria-label={text.way}
                value={way}
                onChange={(value) => {
                  setWay(value === 'file' || value === 'url' ? value : 'values');
                  setHanded(nothing);
                  setFields({});
                }}
                data={Object.entries(text.ways).map(([value, label]) => ({ value, label }))}
              />
              {line('name', required(field.name), text.nameHelp, false)}
              {way === 'values' && !handed.metadata && (
                <>
                  {line('sso_url', required(field.sso_url))}
                  <div>
                    {line('entity_id', required(preset === 'entra' ? field.entraEntity : field.entity_id), field.entityHelp)}
                    <SlashHint preset={preset} identifier={draft.entity_id} />
                  </div>
                  {line('slo_url', field.slo_url)}
                </>
              )}
              {way === 'values' && (
                <CertificateField
                  handed={handed}
                  onChange={hand}
                  error={fields.certificate ?? fields.metadata ?? fields.document}
                  metadataToo
                />
              )}
              {way === 'values' && handed.metadata && (
                <Alert variant="default" role="status">
                  {sso.drop.isMetadata}
                </Alert>
              )}
              {way === 'file' && <MetadataField handed={handed} onChange={hand} error={fields.metadata ?? fields.document} />}
              {way === 'url' && line('metadata_url', required(field.metadata_url), field.metadataHelp)}
              {(way !== 'values' || handed.metadata) && line('entity_id', text.entityOf, text.entityOfHelp)}
            </>
          )}
          <Part>{`3. ${text.people}`}</Part>
          <Switch
            label={field.create_users}
            description={field.createHelp}
            checked={draft.create_users}
            onChange={(e) => change({ create_users: e.currentTarget.checked })}
          />
          <Switch
            label={field.link_by_email}
            description={field.linkHelp}
            checked={draft.link_by_email}
            onChange={(e) => change({ link_by_email: e.currentTarget.checked })}
          />
          {preset !== 'oidc' && (
            <Switch
              label={field.allow_idp_initiated}
              description={field.idpHelp}
              checked={draft.allow_idp_initiated}
              onChange={(e) => change({ allow_idp_initiated: e.currentTarget.checked })}
            />
          )}
          <Text size="sm" c="dimmed">
            {text.later}
          </Text>
        </>
      )}
    </Panel>
  );
}

/** What the provider has to know of us. */
function Paste({ preset }: { preset: Preset }) {
  const ours = useQuery(oursQuery).data;
  return (
    <>
      <Text size="sm" c="dimmed">
        {preset === 'entra' ? text.pasteEntra : preset === 'oidc' ? text.pasteOIDC : text.pasteOther}
      </Text>
      {ours && <Values values={preset === 'oidc' ? [[sso.ours.redirect, ours.redirect_uri]] : samlValues(ours)} />}
      {ours && preset !== 'oidc' && preset !== 'entra' && <OurMetadata url={ours.metadata_url} />}
      {preset === 'entra' && <TileNote />}
    </>
  );
}

/** A heading within a panel. */
export const Part = ({ children }: { children: string }) => (
  <Title order={3} size="sm" mt="xs">
    {children}
  </Title>
);
