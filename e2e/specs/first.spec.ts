import { type Page, test as base } from '@playwright/test';
import { accessible, expect, picture } from './app';
import { type Served, serve, totp } from './server';

const password = 'seven quiet herons at dusk';

/** An empty server, as `provost serve` starts for the first time. */
const test = base.extend<{ server: Served }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names
  server: async ({}, use) => {
    const server = await serve();
    await use(server);
    await server.stop();
  },
});

/** From the printed link to the page that asks for a second factor. */
async function setPassword(page: Page, server: Served) {
  await page.goto(server.setupLink);
  await expect(page.locator('.tenant')).toHaveText('Provost'); // nobody has given it a name yet
  await accessible(page);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password, again').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible();
}

/** The recovery codes are shown once, and then the app opens. */
async function storeCodes(page: Page) {
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeVisible();
  const codes = (await page.getByRole('listitem').allTextContents()).map((code) => code.trim());
  await page.getByRole('link', { name: 'I have stored them, continue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  return codes;
}

test('the first administrator gets from the printed link into the app with an authenticator app, in under a minute', async ({ page, server }) => {
  const began = Date.now();
  await setPassword(page, server);
  await picture(page, 'second-factor');
  const secret = (await page.locator('main code').textContent()) ?? '';
  await page.getByLabel('Code that the app shows').fill(totp(secret));
  await page.getByRole('button', { name: 'Use the app' }).click();
  await accessible(page);
  const codes = await storeCodes(page);
  expect(Date.now() - began).toBeLessThan(60_000);
  await page.goto(`${server.url}/admin/app-registrations`);
  await expect(page.getByRole('button', { name: 'New registration' }).first()).toBeVisible();
  expect(codes.length).toBeGreaterThanOrEqual(8);

  const again = await page.context().browser()?.newContext();
  if (!again) throw new Error('no browser');
  const other = await again.newPage();
  await other.goto(server.setupLink); // which has been used up
  await other.getByLabel('New password', { exact: true }).fill('eight quiet herons at dusk');
  await other.getByLabel('New password, again').fill('eight quiet herons at dusk');
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.getByRole('alert')).toBeVisible();
  await other.goto(`${server.url}/login`);
  await other.getByLabel('User name').fill('admin');
  await other.getByLabel('Password').fill(password);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByLabel('Code from your authenticator app').fill(codes[0]);
  await other.getByRole('button', { name: 'Continue' }).click();
  await expect(other.getByRole('heading', { level: 1 })).toContainText('Welcome');
  await again.close();
});

test('the first administrator gets in with a passkey, and the next time with it alone', async ({ page, server }) => {
  const began = Date.now();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await setPassword(page, server);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await storeCodes(page);
  expect(Date.now() - began).toBeLessThan(60_000);

  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/login/);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
});
