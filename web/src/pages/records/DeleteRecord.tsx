import { useQuery } from '@tanstack/react-query';
import { listRecords, literal, relatedRecords } from '@/api/odata';
import { Confirm } from '@/patterns/Confirm';
import { count, words } from '@/words';
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
      const [attachments, notes] = await Promise.all([
        rights ? listRecords(attachmentsSet, { filter: `ParentLink_RecID eq ${literal(id)}`, top: 0 }) : undefined,
        journal ? relatedRecords(def.set, id, journal, { top: 0 }) : undefined,
      ]);
      return { attachments: attachments?.total ?? 0, notes: notes?.total ?? 0 };
    },
  });
  return (
    <Confirm opened={opened} title={text.title(name)} act={words.do.delete} onConfirm={erase} onClose={close}>
      {text.effect} {data && data.attachments > 0 && text.goes(count(data.attachments, text.attachment, text.attachments))}{' '}
      {data && data.notes > 0 && text.stays(count(data.notes, text.note, text.notes))}
    </Confirm>
  );
}
