import { Alert, Button, Checkbox, Input, MultiSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import { Problem, problemOf } from '@/api/problem';
import type { Tagged } from '@/api/tagged';
import { useUnsaved } from '@/app/unsaved';
import { allRolesQuery, roleLabel } from '@/pages/admin/people/queries';
import { isGone } from '@/patterns/gone';
import { done } from '@/patterns/notice';
import { ProblemText } from '@/patterns/ProblemText';
import { Card, RecordPage } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { definitionOf, draftOf, type RoleDraft } from './draft';
import { type RoleDetail, type RoleRight, readRole, roleQuery, rolesKey } from './queries';
import { RightsEditor } from './RightsEditor';
import { RolePreview } from './RolePreview';

const text = words.roles.editor;

const labels: Record<string, string> = {
  name: words.roles.name,
  label: text.label,
  description: words.roles.description,
  includes: words.roles.includes,
  admin: text.admin,
  rights: text.rights,
};

/** Makes a role, or one like another (?copy=), or edits one (?name=). */
export default function RoleEditor() {
  const { name, copy } = useSearch({ strict: false }) as Record<string, string | undefined>;
  if (name) return <Stored key={name} name={name} />;
  if (copy) return <Copied key={`copy ${copy}`} from={copy} />;
  return <Editor key="new" title={text.newTitle} start={{}} />;
}

function Stored({ name }: { name: string }) {
  const { data: role } = useSuspenseQuery(roleQuery(name));
  return <Editor title={text.editTitle(roleLabel(role))} start={role} edits={role} />;
}

function Copied({ from }: { from: string }) {
  const { data: role } = useSuspenseQuery(roleQuery(from));
  const { label, description, includes, rights, admin } = role;
  return (
    <Editor
      title={text.copyTitle(roleLabel(role))}
      start={{ label: `${label || role.name} (${text.copied})`, description, includes, rights, admin }}
      typed
    />
  );
}

interface Props {
  title: string;
  start: Partial<RoleDetail>;
  edits?: Tagged<RoleDetail>;
  /** What it starts with has not been saved. */
  typed?: boolean;
}

function Editor({ title, start, edits, typed = false }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const allRoles = useQuery(allRolesQuery);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [gone, setGone] = useState(false);
  const summary = useRef<HTMLDivElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const d = useDraft<Partial<RoleDetail>, RoleDraft>({
    opened: true,
    read: edits ?? start,
    draftOf,
    told: edits && ['role', edits.name],
    reload: () => readRole(edits?.name ?? ''),
    say,
  });
  const fields = error === undefined ? {} : problemOf(error).fields;
  useUnsaved(d.dirty || typed, busy);
  useEffect(() => {
    if (error) summary.current?.focus();
  }, [error]);

  const back = edits && !gone ? `/admin/roles/${edits.name}` : '/admin/roles';
  const submit = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const put = (header: { 'If-Match'?: string; 'If-None-Match'?: '*' }) =>
      api.PUT('/roles/{name}', { params: { path: { name: d.draft.name.trim() }, header }, body: definitionOf(d.draft) });
    try {
      if (edits && !gone) await d.save((_, tag) => put(tag));
      else if (d.draft.name.trim() === '')
        throw new Problem({ status: 400, code: 'name_missing', errors: [{ field: 'name', message: text.nameMissing }] });
      else await put({ 'If-None-Match': '*' });
      await client.invalidateQueries({ queryKey: rolesKey });
      done(edits && !gone ? text.saved : text.made(d.draft.label || d.draft.name));
      await navigate({ to: `/admin/roles/${d.draft.name.trim()}` });
    } catch (thrown) {
      setError(thrown);
      if (edits && isGone(thrown)) setGone(true);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.current?.requestSubmit();
    }
  };
  const others = (allRoles.data ?? []).filter((r) => r.name !== d.draft.name).map((r) => ({ value: r.name, label: roleLabel(r) }));

  return (
    <form
      ref={form}
      noValidate
      onKeyDown={keys}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <RecordPage
        within={{ label: words.pages.roles, to: '/admin/roles' }}
        title={title}
        acts={
          <>
            <Button variant="default" onClick={() => void navigate({ to: back })}>
              {words.do.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {gone ? words.meanwhile.anew : edits ? text.save : text.create}
            </Button>
          </>
        }
      >
        {error !== undefined && (
          <Alert
            ref={summary}
            tabIndex={-1}
            color="red"
            variant="light"
            role="alert"
            title={edits && isGone(error) ? words.meanwhile.gone : words.state.failed}
          >
            {edits && isGone(error) ? (
              words.meanwhile.goneAnew
            ) : Object.keys(fields).length === 0 ? (
              <ProblemText error={error} />
            ) : (
              <ul style={{ margin: 0, paddingInlineStart: '1.125rem', overflowWrap: 'anywhere' }}>
                {Object.entries(fields).map(([field, message]) => (
                  <li key={field}>
                    {labels[field] ?? field}: {message}
                  </li>
                ))}
              </ul>
            )}
          </Alert>
        )}
        <Meanwhile draft={{ ...d, theirs: d.theirs.map((t) => ({ ...t, field: t.field.replace(/^right:/, '') })) }} labels={labels} />
        <Card title={text.about}>
          <Stack gap="md" maw={560}>
            {!edits && (
              <TextInput
                label={`${labels.name} (${words.state.required})`}
                description={text.nameHelp}
                value={d.draft.name}
                onChange={(e) => d.change({ name: e.currentTarget.value })}
                error={fields.name}
                autoComplete="off"
                spellCheck={false}
                classNames={{ input: 'mono' }}
                data-autofocus
              />
            )}
            <TextInput
              label={labels.label}
              description={text.labelHelp}
              value={d.draft.label}
              onChange={(e) => d.change({ label: e.currentTarget.value })}
              error={fields.label}
            />
            <Textarea
              label={labels.description}
              value={d.draft.description}
              onChange={(e) => d.change({ description: e.currentTarget.value })}
              error={fields.description}
              autosize
              minRows={2}
              maxRows={8}
            />
            {allRoles.isLoadingError ? (
              <Input.Wrapper label={labels.includes} labelElement="div">
                <ErrorState error={allRoles.error} retry={() => void allRoles.refetch()} />
              </Input.Wrapper>
            ) : (
              <MultiSelect
                label={labels.includes}
                description={text.includesHelp}
                searchable
                hidePickedOptions
                value={d.draft.includes}
                onChange={(includes) => d.change({ includes })}
                data={[...others, { value: '*', label: text.every }]}
                error={fields.includes}
              />
            )}
            <Checkbox
              label={labels.admin}
              description={text.adminHelp}
              checked={d.draft.admin}
              onChange={(e) => d.change({ admin: e.currentTarget.checked })}
            />
          </Stack>
        </Card>
        <Card title={text.rights}>
          <RightsEditor draft={d.draft} change={d.change} />
        </Card>
        <RolePreview draft={d.draft} />
      </RecordPage>
    </form>
  );
}

/** A value as people read it in what others have changed. */
function say(field: keyof RoleDraft, value: unknown): string {
  if (typeof value === 'boolean') return value ? words.state.yes : words.state.no;
  if (Array.isArray(value)) return value.join(', ');
  if (!String(field).startsWith('right:') || !value) return String(value ?? '');
  const right = value as RoleRight;
  const acts = words.people.rights;
  return [
    `${acts.read}: ${text.rows[right.read ?? 'none']}`,
    ...(['create', 'update', 'delete'] as const).filter((verb) => right[verb]).map((verb) => acts[verb]),
    ...(right.hidden?.length ? [acts.hidden(right.hidden.join(', '))] : []),
    ...(right.read_only?.length ? [acts.readOnly(right.read_only.join(', '))] : []),
  ].join(', ');
}
