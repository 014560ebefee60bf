import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '@/api/client';
import type { Tagged } from '@/api/tagged';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Meanwhile, useDraft } from '@/patterns/useDraft';
import { words } from '@/words';
import { type ContactGroup, groupsKey, readGroup } from './queries';

const text = words.groups;

type Read = Partial<ContactGroup>;

const draftOf = (g: Read) => ({ name: g.name ?? '', description: g.description ?? '', external_reference: g.external_reference ?? '' });

const labels = { name: text.name, description: text.description, external_reference: text.reference };

/** Makes a group, whose page follows, or edits one. */
export function GroupPanel({ opened, group, onClose }: { opened: boolean; group?: Tagged<ContactGroup>; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [fields, setFields] = useState<Record<string, string>>({});
  const d = useDraft<Read, ReturnType<typeof draftOf>>({
    opened,
    read: group ?? {},
    draftOf,
    told: group && ['ContactGroup', group.id],
    reload: () => readGroup(group?.id ?? ''),
  });
  const leave = () => {
    setFields({});
    onClose();
  };
  const make = async (given: Partial<typeof d.draft>) => {
    setFields({});
    const made = await body(api.POST('/groups', { body: { ...given, name: d.draft.name } }));
    done(text.made(made.name));
    await navigate({ to: `/admin/groups/${made.id}` });
    await client.invalidateQueries({ queryKey: groupsKey });
    leave();
  };
  const submit = async () => {
    if (!group) return make(d.changes);
    setFields({});
    await d.save((changes, header) => api.PATCH('/groups/{id}', { params: { path: { id: group.id }, header }, body: changes }));
    done(words.state.saved);
    await client.invalidateQueries({ queryKey: groupsKey });
    leave();
  };
  return (
    <Panel
      opened={opened}
      title={group ? text.edit : text.new}
      submit={group ? words.do.save : text.create}
      dirty={d.dirty}
      onSubmit={submit}
      onAnew={group && (() => make(d.draft))}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Meanwhile draft={d} labels={labels} />
      <TextInput
        label={`${labels.name} (${words.state.required})`}
        description={text.nameHelp}
        value={d.draft.name}
        onChange={(e) => d.change({ name: e.currentTarget.value })}
        error={fields.name}
        data-autofocus
      />
      <Textarea
        label={`${labels.description} (${words.state.optional})`}
        value={d.draft.description}
        onChange={(e) => d.change({ description: e.currentTarget.value })}
        error={fields.description}
        autosize
        minRows={2}
        maxRows={8}
      />
      <TextInput
        label={`${labels.external_reference} (${words.state.optional})`}
        description={text.referenceHelp}
        value={d.draft.external_reference}
        onChange={(e) => d.change({ external_reference: e.currentTarget.value })}
        error={fields.external_reference}
      />
    </Panel>
  );
}
