import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconBolt } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { words } from '@/words';
import { useActs } from './acts';
import { areasFor } from './areas';
import { useMe } from './session';

/** The command palette (Ctrl+K): every page the person may open, every act of the page that is open. */
export function Palette() {
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
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      shortcut="mod + K"
      nothingFound={words.palette.nothing}
      highlightQuery
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': words.keys.palette } }}
      searchProps={{ placeholder: words.palette.placeholder, 'aria-label': words.palette.placeholder }}
    />
  );
}
