import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { certify, pem, rsa } from './identityProvider';

const folder = resolve('clients');

/** Why there is no samlp here; undefined where there is. */
export const missing = existsSync(join(folder, 'node_modules', 'samlp')) ? undefined : 'the packages of e2e/clients are not installed: make clients';

/** How samlp names itself, as Microsoft Entra ID does. */
export const issuer = 'https://sts.windows.net/6b1f3c1e-0000-4000-8000-000000000001/';

/** A key for it, before anybody knows who its service provider is. */
export function keys() {
  const key = rsa();
  return { key, certificate: certify(key, 30) };
}

/** Starts samlp (clients/samlp-idp.mjs) for a service provider. */
export async function samlp({ key, certificate }: ReturnType<typeof keys>, replyURL: string, identifier: string) {
  const own = mkdtempSync(join(tmpdir(), 'samlp-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(own, name), text, { mode: 0o600 });
    return join(own, name);
  };
  const args = [
    'samlp-idp.mjs',
    file('key.pem', key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    file('certificate.pem', pem(certificate)),
    issuer,
    replyURL,
    identifier,
  ];
  const node = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(node, 'exit');
  const [address] = (await Promise.race([
    once(createInterface(node.stdout), 'line'), // it says where it is
    gone.then(() => Promise.reject(new Error('samlp does not serve'))),
  ])) as [string];
  return {
    url: address,
    stop: async () => {
      node.kill();
      await gone;
      rmSync(own, { recursive: true, force: true });
    },
  };
}
