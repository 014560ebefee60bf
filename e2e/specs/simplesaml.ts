import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const pages = '/usr/share/simplesamlphp/www'; // where Debian's package has them
const configuration = resolve('clients/simplesamlphp');

/** Why there is no SimpleSAMLphp here; undefined where there is. */
export const missing = spawnSync('php', ['--version']).status !== 0 || !existsSync(pages) ? 'simplesamlphp is not installed' : undefined;

/** The people of clients/simplesamlphp/authsources.php. */
export const ada = { username: 'ada', password: 'difference engine' };
export const zoe = { username: 'zoe', password: 'größer & <schöner>' };

/** SimpleSAMLphp as an identity provider. */
export interface IdentityProvider {
  /** Where browsers find it, with a slash at the end. */
  url: string;
  /** Hands over the metadata of the service provider. */
  introduce: (metadata: string) => void;
  stop: () => Promise<void>;
}

/** Starts it with a folder and a key of its own. */
export async function identityProvider(): Promise<IdentityProvider> {
  const folder = mkdtempSync(join(tmpdir(), 'simplesaml-'));
  for (const name of ['sessions', 'temp']) mkdirSync(join(folder, name));
  execFileSync('php', [join(configuration, 'keys.php'), folder, 'idp']);
  writeFileSync(join(folder, 'options.json'), '{}');
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const php = spawn('php', ['-S', `127.0.0.1:${port}`, '-t', pages], {
    env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: configuration, IDP_FOLDER: folder, IDP_URL: url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(php, 'exit');
  await Promise.race([once(php.stderr, 'data'), gone.then(() => Promise.reject(new Error('PHP does not serve')))]); // it says that it listens
  php.stderr.resume();
  return {
    url,
    introduce: (metadata) => writeFileSync(join(folder, 'sp.xml'), metadata),
    stop: async () => {
      php.kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Fills in SimpleSAMLphp's own page. */
export async function signInThere(page: Page, idp: IdentityProvider, who: { username: string; password: string }) {
  await page.waitForURL((url) => url.href.startsWith(idp.url));
  await page.locator('input[name=username]').fill(who.username);
  await page.locator('input[name=password]').fill(who.password);
  await page.locator('#submit_button, button[type=submit], input[type=submit]').first().click();
}

/** Has it forget who is signed in there. */
export async function forgetThere(page: Page) {
  for (const name of ['SimpleSAML', 'SimpleSAMLAuthToken']) await page.context().clearCookies({ name });
}
