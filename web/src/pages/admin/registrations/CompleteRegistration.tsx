import type { Schema } from '@/api/client';
import { SecretOnce } from '@/patterns/SecretOnce';
import { words } from '@/words';

const text = words.registrations.complete;

/** Complete this registration: the values with the captions of the catalogue, the secret this once (spec C5, C6). */
export function CompleteRegistration({ issued, onClose }: { issued: Schema<'IssuedRegistration'> | undefined; onClose: () => void }) {
  return (
    <SecretOnce
      values={issued?.panel}
      title={text.title}
      intro={issued && text.intro(issued.registration.application)}
      file={issued ? `${text.file}-${issued.client_id}` : text.file}
      snippets={issued?.snippets}
      onClose={onClose}
    />
  );
}
