import { NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { useSavedElsewhere } from '@/app/live';
import { Changed } from '@/patterns/Changed';
import { done, failed } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Issuer, issuersKey, lines } from './queries';

const text = words.security.issuers;

const draftOf = (issuer: Issuer | undefined) => ({
  name: issuer?.name ?? '',
  kind: issuer?.kind === 'oidc' ? ('oidc' as const) : ('entra' as const),
  issuer: issuer?.issuer ?? '',
  audiences: issuer?.audiences.join('\n') ?? '',
  clients: issuer?.clients.join('\n') ?? '',
  enabled: issuer?.enabled ?? true,
});

/** Adds a token issuer, or changes one; its kind and address stay. */
export function IssuerPanel({ issuer, onClose }: { issuer: Issuer | 'new' | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const before = issuer === 'new' ? undefined : issuer;
  const [draft, setDraft] = useState(() => draftOf(undefined));
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    setDraft(draftOf(issuer === 'new' ? undefined : issuer));
    setFields({});
  }, [issuer]);
  const change = (part: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...part }));

  const [saving, setSaving] = useState(false);
  const [saved, forget] = useSavedElsewhere('issuer', before?.id ?? '', before !== undefined);
  const load = async () => {
    if (!before) return;
    setDraft(draftOf(await body(api.GET('/issuers/{id}', { params: { path: { id: before.id } } }))));
    forget();
  };

  const submit = async () => {
    setSaving(true);
    await write().finally(() => setSaving(false));
  };
  const write = async () => {
    const { name, kind, enabled } = draft;
    const rest = { name, enabled, audiences: lines(draft.audiences), clients: lines(draft.clients) };
    if (before) await api.PATCH('/issuers/{id}', { params: { path: { id: before.id } }, body: rest });
    else await api.POST('/issuers', { body: { ...rest, kind, issuer: draft.issuer } });
    await client.invalidateQueries({ queryKey: issuersKey });
    done(words.state.saved);
    onClose();
  };
  const required = (label: string) => `${label} (${words.state.required})`;

  return (
    <Panel
      opened={issuer !== undefined}
      title={before ? text.edit : text.new}
      submit={before ? words.do.save : words.do.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(before))}
      onSubmit={submit}
      onClose={onClose}
      onFieldErrors={setFields}
      labels={{ name: text.name, kind: text.kind, issuer: text.issuer, audiences: text.audiences, clients: text.clients }}
    >
      <Changed shown={saved && !saving} onLoad={() => void load().catch(failed)} onKeep={forget} />
      <TextInput
        label={required(text.name)}
        value={draft.name}
        onChange={(e) => change({ name: e.currentTarget.value })}
        error={fields.name}
        data-autofocus
      />
      <NativeSelect
        label={text.kind}
        value={draft.kind}
        onChange={(e) => change({ kind: e.currentTarget.value === 'oidc' ? 'oidc' : 'entra' })}
        data={Object.entries(text.kinds).map(([value, label]) => ({ value, label }))}
        disabled={before !== undefined}
      />
      <TextInput
        label={required(text.issuer)}
        description={text.issuerHelp}
        value={draft.issuer}
        onChange={(e) => change({ issuer: e.currentTarget.value })}
        error={fields.issuer}
        disabled={before !== undefined}
      />
      <Textarea
        label={required(text.audiences)}
        description={text.audiencesHelp}
        value={draft.audiences}
        onChange={(e) => change({ audiences: e.currentTarget.value })}
        error={fields.audiences}
        autosize
        minRows={2}
        classNames={{ input: 'mono' }}
      />
      <Textarea
        label={text.clients}
        description={text.clientsHelp}
        value={draft.clients}
        onChange={(e) => change({ clients: e.currentTarget.value })}
        error={fields.clients}
        autosize
        minRows={2}
        classNames={{ input: 'mono' }}
      />
      <Switch label={words.state.enabled} checked={draft.enabled} onChange={(e) => change({ enabled: e.currentTarget.checked })} />
    </Panel>
  );
}
