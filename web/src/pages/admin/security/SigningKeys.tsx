import { Button, Checkbox, NativeSelect, Text } from '@mantine/core';
import { IconSignature } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { EmptyState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { words } from '@/words';

const text = words.security.signing;

type SigningKey = Schema<'SigningKey'>;
type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

const algorithms: Algorithm[] = ['ES256', 'EdDSA', 'RS256'];

const columns: Column<SigningKey>[] = [
  { id: 'kid', label: text.kid, text: (k) => k.kid, cell: (k) => <span className="mono">{k.kid}</span> },
  { id: 'alg', label: text.alg, text: (k) => k.alg },
  { id: 'state', label: text.state, text: (k) => text.states[k.state as keyof typeof text.states] ?? k.state },
  { id: 'active', label: text.active, text: (k) => k.active_at, cell: (k) => <Time at={k.active_at} /> },
  { id: 'retires', label: text.retires, text: (k) => k.retire_at, cell: (k) => <Time at={k.retire_at} /> },
  { id: 'gone', label: text.gone, text: (k) => k.gone_at, cell: (k) => <Time at={k.gone_at} /> },
  { id: 'created', label: text.created, text: (k) => k.created_at, cell: (k) => <Time at={k.created_at} />, hidden: true },
];

/** Admin > Security Controls > Signing keys. */
export default function SigningKeys() {
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [alg, setAlg] = useState<Algorithm>('ES256');
  const [now, setNow] = useState(false);
  const [dropping, setDropping] = useState<SigningKey>();
  const reload = () => client.invalidateQueries({ queryKey: ['signing-keys'] });

  const make = async () => {
    await api.POST('/signing-keys', { body: { alg, now } });
    await reload();
    done(text.made);
    setMaking(false);
  };
  const drop = async () => {
    if (!dropping) return;
    await api.DELETE('/signing-keys/{kid}', { params: { path: { kid: dropping.kid } } });
    await reload();
    done(text.dropped);
    setDropping(undefined);
  };

  return (
    <>
      <List<SigningKey>
        name="signing-keys"
        title={words.pages.signingKeys}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={['signing-keys']}
        load={() => body(api.GET('/signing-keys'))}
        columns={columns}
        rowId={(k) => k.kid}
        rowName={(k) => k.kid}
        searchable={false}
        create={{ label: text.new, run: () => setMaking(true) }}
        acts={[{ label: text.drop, danger: true, single: true, run: ([first]) => setDropping(first) }]}
        empty={
          <EmptyState icon={IconSignature} title={text.empty} act={<Button onClick={() => setMaking(true)}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <Panel opened={making} title={text.newTitle} submit={words.do.create} dirty={false} onSubmit={make} onClose={() => setMaking(false)}>
        <Text size="sm">{text.newHelp}</Text>
        <NativeSelect
          label={text.alg}
          value={alg}
          onChange={(e) => setAlg(algorithms.find((a) => a === e.currentTarget.value) ?? 'ES256')}
          data={algorithms}
          data-autofocus
        />
        <Checkbox label={text.now} description={text.nowHelp} checked={now} onChange={(e) => setNow(e.currentTarget.checked)} />
      </Panel>
      <Confirm
        opened={dropping !== undefined}
        title={text.dropTitle}
        act={text.drop}
        onConfirm={drop}
        onClose={() => setDropping(undefined)}
      >
        <span className="mono">{dropping?.kid}</span>
        <Text size="sm" mt={6}>
          {text.dropEffect}
        </Text>
      </Confirm>
    </>
  );
}
