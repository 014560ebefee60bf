import { NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Tagged } from '@/api/tagged';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { Part } from './NewProvider';
import { linesOf, type Provider, providersKey, putSettings, readProvider, type Settings, settingsOf } from './queries';
import { SlashHint } from './SlashHint';
import { say } from './say';

const text = sso.field;

type Draft = Omit<Settings, 'logout_issuers' | 'scopes'> & { logout_issuers: string; scopes: string };
type Line =
  | 'name'
  | 'entity_id'
  | 'sso_url'
  | 'slo_url'
  | 'slo_response_url'
  | 'logout_page'
  | 'metadata_url'
  | 'client_id'
  | 'subject_claim';
type Choice = 'create_users' | 'link_by_email' | 'allow_idp_initiated' | 'sign_requests' | 'want_encrypted' | 'allow_cbc' | 'force_authn';

/** Lists are edited as lines. */
const draftOf = (p: Provider): Draft => {
  const settings = settingsOf(p);
  return { ...settings, logout_issuers: settings.logout_issuers.join('\n'), scopes: settings.scopes.join('\n') };
};

/** Edits what administrators decide about a provider, but for mapping and rules. */
export function EditProvider({ opened, provider, onClose }: { opened: boolean; provider: Tagged<Provider>; onClose: () => void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [secret, setSecret] = useState('');
  const d = useDraft<Provider, Draft>({ opened, read: provider, draftOf, reload: () => readProvider(provider.id), say });
  const saml = provider.kind === 'saml';
  const labels: Record<string, string> = {
    ...text,
    entity_id: saml ? (provider.preset === 'entra' ? text.entraEntity : text.entity_id) : text.issuer,
  };
  useEffect(() => {
    if (!opened) return;
    setSecret('');
    setFields({});
  }, [opened]);

  const submit = async () => {
    setFields({});
    const { draft } = d;
    await d.save((_, tag) =>
      putSettings(
        provider.id,
        tag,
        { ...draft, logout_issuers: linesOf(draft.logout_issuers), scopes: draft.scopes.split(/\s+/).filter(Boolean) },
        secret,
      ),
    );
    await client.invalidateQueries({ queryKey: providersKey });
    done(words.state.saved);
    onClose();
  };
  const line = (name: Line, help?: string) => (
    <TextInput
      label={labels[name]}
      description={help}
      value={d.draft[name]}
      onChange={(e) => d.change({ [name]: e.currentTarget.value })}
      error={fields[name]}
      autoComplete="off"
      spellCheck={false}
      classNames={name === 'name' ? undefined : { input: 'mono' }}
      data-autofocus={name === 'name' || undefined}
    />
  );
  const list = (name: 'logout_issuers' | 'scopes', help: string) => (
    <Textarea
      label={labels[name]}
      description={help}
      value={d.draft[name]}
      onChange={(e) => d.change({ [name]: e.currentTarget.value })}
      error={fields[name]}
      autosize
      minRows={1}
      maxRows={6}
      spellCheck={false}
      classNames={{ input: 'mono' }}
    />
  );
  const choice = (name: Choice, help?: string) => (
    <Switch
      label={labels[name]}
      description={help}
      checked={d.draft[name]}
      onChange={(e) => d.change({ [name]: e.currentTarget.checked })}
      error={fields[name]}
    />
  );

  return (
    <Panel
      opened={opened}
      title={sso.record.edit}
      submit={words.do.save}
      dirty={d.dirty || secret !== ''}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      {line('name', sso.make.nameHelp)}
      <div>
        {line('entity_id', text.entityHelp)}
        <SlashHint preset={provider.preset} identifier={d.draft.entity_id} />
      </div>
      {saml ? (
        <>
          {line('sso_url')}
          <NativeSelect
            label={labels.sso_binding}
            value={d.draft.sso_binding}
            onChange={(e) => d.change({ sso_binding: e.currentTarget.value === 'post' ? 'post' : 'redirect' })}
            data={Object.entries(sso.bindings).map(([value, label]) => ({ value, label }))}
            error={fields.sso_binding}
          />
          {line('slo_url')}
          {line('slo_response_url', text.sloResponseHelp)}
          {list('logout_issuers', text.logoutIssuersHelp)}
          {line('logout_page', text.logoutPageHelp)}
          {line('metadata_url', text.metadataHelp)}
        </>
      ) : (
        <>
          {line('client_id')}
          <TextInput
            type="password"
            label={labels.client_secret}
            description={provider.client_secret_set ? text.secretStays : text.secretHelp}
            value={secret}
            onChange={(e) => setSecret(e.currentTarget.value)}
            error={fields.client_secret}
            autoComplete="new-password"
          />
          {list('scopes', text.scopesHelp)}
          {line('logout_page', text.logoutPageHelp)}
        </>
      )}
      <Part>{sso.record.people}</Part>
      {choice('create_users', text.createHelp)}
      {choice('link_by_email', text.linkHelp)}
      {line('subject_claim', text.subjectHelp)}
      <Part>{sso.record.protocol}</Part>
      {saml && choice('allow_idp_initiated', text.idpHelp)}
      {saml && choice('sign_requests')}
      {saml && choice('want_encrypted')}
      {saml && choice('allow_cbc', text.cbcHelp)}
      {choice('force_authn')}
      <NumberInput
        label={labels.skew_seconds}
        description={text.skewHelp}
        value={d.draft.skew_seconds}
        onChange={(value) => d.change({ skew_seconds: Number(value) })}
        error={fields.skew_seconds}
        allowDecimal={false}
        hideControls
      />
    </Panel>
  );
}
