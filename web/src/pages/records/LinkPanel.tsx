import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { linkRecords } from '@/api/odata';
import { Problem } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { useChoices } from './choices';
import type { Option } from './definition';
import { RecordSelect } from './LinkControl';
import type { ObjectDetail } from './queries';

const text = words.record.related;

interface Props {
  def: ObjectDetail;
  id: string;
  relationship: ObjectDetail['relationships'][number];
  opened: boolean;
  onClose: () => void;
}

/** Relates a record to one that is there already, found by typing. */
export function LinkPanel({ def, id, relationship, opened, onClose }: Props) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Option>();
  const [error, setError] = useState<string>();
  const found = useChoices(relationship.set, chosen && typed === chosen.label ? '' : typed, { enabled: opened });
  useEffect(() => {
    if (!opened) return;
    setTyped('');
    setChosen(undefined);
    setError(undefined);
  }, [opened]);
  const submit = async () => {
    if (!chosen) throw new Problem({ status: 400, code: 'record_missing', errors: [{ field: 'record', message: text.chooseOne }] });
    await linkRecords(def.set, id, relationship.name, chosen.value);
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.linked(chosen.label));
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.linkTo(relationship.label)}
      submit={text.link}
      dirty={chosen !== undefined}
      onSubmit={submit}
      onClose={onClose}
      labels={{ record: relationship.label }}
      onFieldErrors={(fields) => setError(fields.record)}
    >
      <RecordSelect
        label={words.record.panel.required(relationship.label)}
        help={text.linkHelp}
        error={error}
        options={(found.data ?? []).filter((o) => o.value !== id)}
        busy={found.isFetching}
        value={chosen?.value ?? ''}
        name={chosen?.label ?? ''}
        typed={typed}
        type={setTyped}
        choose={(value) => setChosen(found.data?.find((o) => o.value === value))}
        focus
      />
    </Panel>
  );
}
