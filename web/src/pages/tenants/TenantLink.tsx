import { SecretOnce } from '@/patterns/SecretOnce';
import { words } from '@/words';

interface Props {
  setup: { login: string; setup_link: string } | undefined;
  name: string;
  onClose: () => void;
}

const text = words.tenants.link;

/** The link with which an administrator of a tenant sets a password: shown this once. */
export function TenantLink({ setup, name, onClose }: Props) {
  return (
    <SecretOnce
      title={text.made}
      intro={text.intro(name)}
      file={`${text.file}-${name}`}
      values={
        setup && [
          { caption: text.login, value: setup.login },
          { caption: text.link, value: setup.setup_link, secret: true },
        ]
      }
      note={text.note}
      onClose={onClose}
    />
  );
}
