import { words } from '@/words';
import { SettingsPage } from './SettingsPage';
import { useSettings } from './useSettings';

const text = words.settings;

/** Settings > Service desk. */
export default function DeskSettings() {
  const draft = useSettings(['odata', 'attachments']);
  return (
    <SettingsPage
      title={words.pages.deskSettings}
      intro={text.desk.intro}
      draft={draft}
      sections={[
        {
          title: text.sections.odata,
          names: ['odata.transitions', 'odata.unknown_fields', 'odata.mode', 'odata.singular_paths', 'odata.default_page'],
        },
        { title: text.sections.attachments, names: ['attachments.max_mb', 'attachments.types'] },
      ]}
    />
  );
}
