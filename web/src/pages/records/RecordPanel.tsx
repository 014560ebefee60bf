import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Problem } from '@/api/problem';
import { Panel } from '@/patterns/Panel';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { words } from '@/words';
import type { Values } from './definition';
import { type ObjectDetail, objectQuery, recordQuery } from './queries';
import { RecordForm } from './RecordForm';

const text = words.record;

interface Props {
  set: string;
  /** The record that is changed; without, one is made. */
  id?: string;
  /** What a new record has before anybody types, such as the record it belongs to. It is sent as it is. */
  initial?: Values;
  opened: boolean;
  onClose: () => void;
  onSaved?: (record: Values) => void;
}

/** Makes and changes a record of whatever object, by what the object's definition says of its fields. */
export default function RecordPanel(props: Props) {
  const [kind, setKind] = useState<string>();
  const { opened } = props;
  const set = kind ?? props.set;
  const def = useQuery({ ...objectQuery(set), enabled: opened });
  const record = useQuery({ ...recordQuery(set, props.id ?? ''), enabled: opened && props.id !== undefined });
  useEffect(() => {
    if (opened) setKind(undefined);
  }, [opened]);

  if (def.data?.group && props.id === undefined) return <KindPanel {...props} group={def.data} choose={setKind} />;
  if (def.data && (props.id === undefined || record.data)) {
    return <RecordForm key={set} {...props} set={set} def={def.data} found={record.data} />;
  }
  const error = def.error ?? record.error;
  return (
    <Panel opened={opened} title={words.state.loading} submit={words.do.save} dirty={false} onSubmit={() => {}} onClose={props.onClose}>
      {error ? <ErrorState error={error} retry={() => void (def.error ? def.refetch() : record.refetch())} /> : <RowsSkeleton />}
    </Panel>
  );
}

/** Asks of which kind a new record of a group is to be. */
function KindPanel({ group, choose, opened, onClose }: Props & { group: ObjectDetail; choose: (set: string) => void }) {
  const kinds = group.kinds.filter((k) => k.rights.create);
  const [chosen, setChosen] = useState<string | null>(null);
  const [error, setError] = useState<string>();
  return (
    <Panel
      opened={opened}
      title={text.panel.new(group.label.toLowerCase())}
      submit={words.do.continue}
      dirty={false}
      onSubmit={() => {
        if (!chosen) throw new Problem({ status: 400, code: 'kind_missing', errors: [{ field: 'kind', message: text.panel.chooseKind }] });
        choose(chosen);
      }}
      onClose={onClose}
      labels={{ kind: text.panel.kindOf }}
      onFieldErrors={(fields) => setError(fields.kind)}
    >
      <Select
        label={text.panel.required(text.panel.kindOf)}
        description={text.panel.kindHelp}
        data={kinds.map((k) => ({ value: k.set, label: k.label }))}
        value={chosen}
        onChange={setChosen}
        error={error}
        searchable
        data-autofocus
      />
    </Panel>
  );
}
