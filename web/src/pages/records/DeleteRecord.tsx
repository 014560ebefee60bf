import { useQuery } from '@tanstack/react-query';
import { listRecords, literal, relatedRecords } from '@/api/odata';
import { Confirm } from '@/patterns/Confirm';
import { count, number, words } from '@/words';
import { attachmentsSet, useAttachmentRights } from './Attachments';
import { type ObjectDetail, recordKey } from './queries';

const text = words.record.delete;

interface Props {
  opened: boolean;
  def: ObjectDetail;
  id: string;
  name: string;
  /** The relationship to notes and e-mails. */
  journal?: string;
  erase: () => Promise<void>;
  close: () => void;
}

/** Deletes a record after it is said what goes with it and what stays behind. */
export function DeleteRecord({ opened, def, id, name, journal, erase, close }: Props) {
  const rights = useAttachmentRights();
  const { data } = useQuery({
    queryKey: [...recordKey(def.set, id), 'hanging'],
    enabled: opened,
    queryFn: async () => {
      const owned = def.relationships.filter((r) => r.owned && r.set !== attachmentsSet);
      const [attachments, notes, ...others] = await Promise.all([
        rights ? listRecords(attachmentsSet, { filter: `ParentLink_RecID eq ${literal(id)}`, top: 0 }) : undefined,
        journal ? relatedRecords(def.set, id, journal, { top: 0 }) : undefined,
        ...owned.map((r) => relatedRecords(def.set, id, r.name, { top: 0 })),
      ]);
      const files = attachments?.total ?? 0;
      const goes = owned.flatMap((r, at) => (others[at]?.total ? [`${number(others[at].total)} ${r.label}`] : []));
      if (files > 0) goes.unshift(count(files, text.attachment, text.attachments));
      return { goes, notes: owned.some((r) => r.name === journal) ? 0 : (notes?.total ?? 0) };
    },
  });
  return (
    <Confirm opened={opened} title={text.title(name)} act={words.do.delete} onConfirm={erase} onClose={close}>
      {text.effect} {data && data.goes.length > 0 && text.goes(data.goes.join(', '))}{' '}
      {data && data.notes > 0 && text.stays(count(data.notes, text.note, text.notes))}
    </Confirm>
  );
}
