import { MultiSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import { BulkRun } from '@/patterns/BulkRun';
import { words } from '@/words';
import { useFoundPeople } from './PersonPicker';
import { nameOf, type Person } from './queries';

const text = words.members;

interface Props {
  opened: boolean;
  title: string;
  help: string;
  /** Who is there already. */
  is: (person: Person) => boolean;
  add: (person: Person) => Promise<unknown>;
  onClose: (added: number) => void;
}

/** Puts people into a team or a group, as many as are chosen. */
export function AddPeople({ opened, title, help, is, add, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Person[]>([]);
  const [choosing, setChoosing] = useState(false); // ends with each choice: the list would cover the buttons
  useEffect(() => {
    if (!opened) return;
    setTyped('');
    setChosen([]);
    setChoosing(false);
  }, [opened]);
  const found = (useFoundPeople(typed, opened).data?.items ?? []).filter((p) => !is(p));
  const people = [...chosen, ...found.filter((p) => !chosen.some((c) => c.id === p.id))];

  return (
    <BulkRun
      opened={opened}
      title={title}
      act={text.adding}
      rows={chosen}
      rowId={(p) => p.id}
      rowName={(p) => p.name}
      run={add}
      ready={chosen.length > 0}
      onClose={onClose}
    >
      <MultiSelect
        label={text.people}
        description={help}
        searchable
        hidePickedOptions
        value={chosen.map((p) => p.id)}
        onChange={(ids) => {
          setChosen(ids.flatMap((id) => people.find((p) => p.id === id) ?? []));
          setTyped('');
        }}
        searchValue={typed}
        onSearchChange={setTyped}
        data={people.map((p) => ({ value: p.id, label: nameOf(p) }))}
        filter={({ options }) => options}
        nothingFoundMessage={text.nobody}
        dropdownOpened={choosing}
        onDropdownOpen={() => setChoosing(true)}
        onDropdownClose={() => setChoosing(false)}
        onOptionSubmit={() => setChoosing(false)}
        data-autofocus
      />
    </BulkRun>
  );
}
