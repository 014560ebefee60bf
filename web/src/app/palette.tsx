import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, type SpotlightFilterFunction } from '@mantine/spotlight';
import { IconBolt, IconFileText } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Hit, searchEverything } from '@/api/odata';
import { words } from '@/words';
import { useActs } from './acts';
import { areasFor } from './areas';
import { useMe } from './session';

const fewest = 2; // characters that are searched for
const most = 12; // records that are shown

/** Records that the words find, the best first, those of one object together. */
function useRecords(typed: string): { group: string; hits: Hit[] }[] {
  const [text] = useDebouncedValue(typed.trim(), 200);
  const { data } = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => searchEverything(text, most, signal),
    enabled: text.length >= fewest,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (typed.trim().length < fewest || !data) return [];
  const groups = [...new Set(data.map((hit) => hit.ObjectLabel))];
  return groups.map((group) => ({ group, hits: data.filter((hit) => hit.ObjectLabel === group) }));
}

/** What a record is called in a line: number and title. */
const called = (hit: Hit): string => [hit.Number, hit.Title].filter((part) => part !== null && part !== '').join(' ') || hit.RecId;

const recordMark = 'record:';

/** Pages and acts by what they are called; records as the program found them, which looks into more than their titles. */
const matching: SpotlightFilterFunction = (query, actions) => {
  const wanted = query.trim().toLowerCase().split(/\s+/);
  const matches = (a: SpotlightActionData) => {
    const text = [a.label, a.description, a.keywords].flat().join(' ').toLowerCase();
    return a.id?.startsWith(recordMark) || wanted.every((word) => text.includes(word));
  };
  return actions.flatMap((entry): ReturnType<SpotlightFilterFunction> => {
    if (!('actions' in entry)) return matches(entry) ? [entry] : [];
    const called = (a: SpotlightActionData) => (a.label?.toLowerCase().startsWith(query.trim().toLowerCase()) ? 0 : 1);
    const left = entry.actions.filter(matches).toSorted((a, b) => called(a) - called(b)); // what is called so before what is like it
    return left.length > 0 ? [{ ...entry, actions: left }] : [];
  });
};

/** The command palette (Ctrl+K): every page the person may open, every act of the page that is open, and records. */
export function Palette() {
  const [typed, setTyped] = useState('');
  const records = useRecords(typed);
  const me = useMe();
  const acts = useActs();
  const navigate = useNavigate();
  const groups: SpotlightActionGroupData[] = [
    {
      group: words.palette.acts,
      actions: acts.map(
        (act, i): SpotlightActionData => ({ id: `act-${i}`, label: act.label, leftSection: <IconBolt size={18} />, onClick: act.run }),
      ),
    },
    {
      group: words.palette.pages,
      actions: areasFor(me).flatMap((area) =>
        area.pages.map(
          (page): SpotlightActionData => ({
            id: page.path,
            label: page.label,
            description: [area.label, page.heading].filter(Boolean).join(' › '),
            keywords: page.also,
            leftSection: <page.icon size={18} />,
            onClick: () => void navigate({ to: page.path }),
          }),
        ),
      ),
    },
    ...records.map(({ group, hits }) => ({
      group,
      actions: hits.map(
        (hit): SpotlightActionData => ({
          id: `${recordMark}${hit.Set}/${hit.RecId}`,
          label: called(hit),
          description: group,
          leftSection: <IconFileText size={18} />,
          onClick: () => void navigate({ to: `/desk/${hit.Set}/${hit.RecId}` }),
        }),
      ),
    })),
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      shortcut="mod + K"
      tagsToIgnore={[]} // from wherever the focus is
      nothingFound={words.palette.nothing}
      highlightQuery
      query={typed}
      onQueryChange={setTyped}
      filter={matching}
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': words.keys.palette } }}
      searchProps={{ placeholder: words.palette.placeholder, 'aria-label': words.palette.placeholder }}
    />
  );
}
