import type { Schema } from '@/api/client';
import { SecretOnce } from '@/patterns/SecretOnce';
import { words } from '@/words';

const text = words.people;

/** The link with which a person sets a password: shown this once. */
export function SetupLink({ setup, name, onClose }: { setup: Schema<'PersonSetup'> | undefined; name: string; onClose: () => void }) {
  return (
    <SecretOnce
      title={text.setup.made}
      intro={text.setup.intro(name)}
      file={`${text.setup.file}-${setup?.login ?? ''}`}
      values={
        setup && [
          { caption: text.login, value: setup.login },
          { caption: text.setup.link, value: setup.setup_link, secret: true },
        ]
      }
      note={text.setup.note}
      onClose={onClose}
    />
  );
}
