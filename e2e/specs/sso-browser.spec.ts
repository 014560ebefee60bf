import { expect, type Page, test } from '@playwright/test';
import { accessible, picture } from './app';
import { proxy } from './proxy';
import { type Served, serve } from './server';
import { ada, forgetThere, type IdentityProvider, identityProvider, missing, signInThere, zoe } from './simplesaml';

test.use({ ignoreHTTPSErrors: true }); // for the proxy's certificate
test.skip(() => missing !== undefined && !process.env.CI, missing); // in continuous integration it fails

/** Introduces the program and SimpleSAMLphp to each other, as an administrator does, and returns what changes a setting. */
async function introduce(page: Page, server: Served, idp: IdentityProvider) {
  const base = `http://127.0.0.1:${server.port}`;
  const proxied = { 'X-Forwarded-Proto': 'https' }; // where there is a proxy
  const key = server.run('key', 'create', '--role', 'Admin').key as string;
  const admin = async (method: string, path: string, data?: unknown) => {
    const answer = await page.request.fetch(`${base}/api/admin/v1${path}`, { method, data, headers: { Authorization: `REST ${key}`, ...proxied } });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  const made = await admin('POST', '/identity-providers', { name: 'Example Identity', create_users: true, allow_idp_initiated: true });
  const said = await admin('POST', `/identity-providers/${made.id}/metadata`, { url: `${idp.url}saml2/idp/metadata.php` });
  const { name, entity_id, sso_url, slo_url, metadata_url, mapping } = said;
  await admin('PUT', `/identity-providers/${made.id}`, { name, entity_id, sso_url, slo_url, metadata_url, mapping, enabled: true, create_users: true, allow_idp_initiated: true });
  const metadata = await page.request.get(`${base}/sso/metadata`, { headers: proxied });
  idp.introduce(await metadata.text());
  return {
    redirect: (value: string) => admin('PATCH', '/settings', { values: { 'sign_in.redirect': value } }),
    /** Lets somebody set a password and second factors up here, who has none yet. */
    allowPassword: async (search: string) => {
      const { items } = await admin('GET', `/people?search=${encodeURIComponent(search)}`);
      await admin('PATCH', `/people/${items[0].id}`, { password_sign_in: true });
    },
  };
}

/** The page where a provider begins a sign-in by itself. */
function tile(base: string, idp: IdentityProvider) {
  return `${idp.url}saml2/idp/SSOService.php?spentityid=${encodeURIComponent(`${base}/`)}&RelayState=whatever`;
}

/** Waits for a page of the web app, and says as whom it was opened. */
async function openedAs(page: Page, address: string) {
  await page.waitForURL(address);
  await page.getByRole('button', { name: /^Account/ }).waitFor();
  return page.evaluate(async () => (await (await fetch('/api/me')).json()).person.name as string);
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

test('the Sign-on URL leads to the provider, and back as somebody new', async ({ page }) => {
  const idp = await identityProvider();
  const server = await serve('--allow-private-outbound', '127.0.0.0/8');
  try {
    const { redirect } = await introduce(page, server, idp);
    await redirect('off');
    await page.goto(`${server.url}/account?from=mail`);
    const other = page.getByRole('link', { name: 'Sign in with Example Identity' });
    await expect(other).toBeVisible();
    await accessible(page);
    await picture(page, 'sso-login');
    await other.click();
    await signInThere(page, idp, ada);
    expect(await openedAs(page, `${server.url}/account?from=mail`)).toContain('Ada Lovelace');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Where you are signed in' })).toContainText('Signed in with Example Identity');

    await signOut(page);
    await page.waitForURL(`${server.url}/login?signed_out=1`); // by way of the provider, whose session has ended too
    await accessible(page);
    await redirect('on');
    await page.goto(`${server.url}/`);
    await signInThere(page, idp, zoe);
    expect(await openedAs(page, `${server.url}/`)).toContain('Zoë');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  } finally {
    await server.stop();
    await idp.stop();
  }
});

test('where somebody else is signed in, the browser is asked', async ({ page }) => {
  const idp = await identityProvider();
  const server = await serve('--allow-private-outbound', '127.0.0.0/8');
  try {
    await introduce(page, server, idp);
    await page.goto(tile(server.url, idp));
    await signInThere(page, idp, ada);
    expect(await openedAs(page, `${server.url}/`)).toContain('Ada Lovelace');

    const heading = page.getByRole('heading', { level: 1, name: 'Somebody else is signed in' });
    await forgetThere(page);
    await page.goto(tile(server.url, idp));
    await signInThere(page, idp, zoe);
    await expect(heading).toBeVisible();
    await expect(page.getByText('ada is signed in in this browser. Whoever sent you here has proved to be zoe.')).toBeVisible();
    await accessible(page);
    await picture(page, 'sso-somebody-else');
    await page.getByRole('button', { name: 'Stay signed in as ada' }).click();
    expect(await openedAs(page, `${server.url}/`)).toBe('Ada Lovelace');

    await page.goto(tile(server.url, idp)); // where zoe is still signed in
    await expect(heading).toBeVisible();
    await page.getByRole('button', { name: 'Sign in as zoe' }).click();
    expect(await openedAs(page, `${server.url}/`)).toContain('Zoë');

  } finally {
    await server.stop();
    await idp.stop();
  }
});

test('who has neither password nor passkey confirms at the provider who they are, and what was begun goes on', async ({ page }) => {
  const idp = await identityProvider();
  const server = await serve('--allow-private-outbound', '127.0.0.0/8');
  try {
    const { allowPassword } = await introduce(page, server, idp);
    await page.goto(tile(server.url, idp)); // the provider begins: that proves nothing
    await signInThere(page, idp, ada);
    await openedAs(page, `${server.url}/`);
    await page.goto(`${server.url}/account`);
    await expect(page.getByText('You sign in with Example Identity. The password is kept and changed there.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Set up' })).toHaveCount(0);
    await allowPassword('Lovelace');
    await page.reload();
    await page.getByRole('button', { name: 'Set up' }).first().click();
    const ask = page.getByRole('dialog', { name: 'Prove that it is you' });
    const confirm = ask.getByRole('link', { name: 'Confirm with Example Identity' });
    await expect(confirm).toBeVisible();
    await expect(ask.getByLabel('Password')).toHaveCount(0);
    await accessible(page, '[role=dialog]');
    await picture(page, 'sso-confirm');
    const [tab] = await Promise.all([page.waitForEvent('popup'), confirm.press('Enter')]);
    await signInThere(tab, idp, ada); // although she is signed in there
    await expect(tab.getByRole('heading', { level: 1, name: 'It is you' })).toBeVisible();
    await accessible(tab);
    await tab.close();
    await expect(page.getByRole('dialog', { name: 'Set up an authenticator app' })).toBeVisible();
    await expect(ask).toBeHidden();
  } finally {
    await server.stop();
    await idp.stop();
  }
});

test('behind a proxy that rewrites the host name, signing in and out works from another site', async ({ page }) => {
  const front = await proxy();
  const idp = await identityProvider();
  let server: Served | undefined;
  try {
    server = await serve('--base-url', front.url, '--trusted-proxy', '127.0.0.1/32', '--allow-private-outbound', '127.0.0.0/8');
    front.leadsTo(server.port);
    await introduce(page, server, idp);
    await page.goto(`${front.url}/account`);
    await signInThere(page, idp, ada);
    expect(await openedAs(page, `${front.url}/account`)).toContain('Ada Lovelace');

    const ours = await page.context().cookies(front.url);
    expect(ours.map((c) => c.name)).toContain('__Host-sid');
    expect(ours.filter((c) => !['__Host-sid', '__Host-idp'].includes(c.name))).toEqual([]); // those of the way are gone
    expect(ours.every((c) => c.secure && c.httpOnly && c.sameSite === 'Lax')).toBe(true);
    await signOut(page);
    await page.waitForURL(`${front.url}/login?signed_out=1`);
    await page.goto(tile(front.url, idp));
    await signInThere(page, idp, ada); // she is signed out there as well
    expect(await openedAs(page, `${front.url}/`)).toContain('Ada Lovelace');

    await page.goto(`${idp.url}saml2/idp/initSLO.php?RelayState=${encodeURIComponent(`${idp.url}logout.php`)}`);
    await page.waitForURL(`${idp.url}logout.php`);
    await page.goto(`${front.url}/account`);
    await page.waitForURL((url) => url.href.startsWith(idp.url)); // signing out there has ended the session here
  } finally {
    await server?.stop();
    await idp.stop();
    await front.stop();
  }
});
