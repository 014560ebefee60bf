import type { Browser, Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

/** The platform's host: on the port of the demo, at a name that Chromium takes for this machine. */
const platform = new URL(demo.platform_url).origin;

/** A page of the system administrator, of whom the browser at the tenant's host knows nothing. */
async function operate(browser: Browser, complaints: string[]): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: platform, permissions: ['clipboard-read', 'clipboard-write'] })).newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  await page.goto('/tenants');
  await page.getByLabel('User name').fill(demo.system_admin.username);
  await page.getByLabel('Password').fill(demo.system_admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/tenants');
  return page;
}

/** What a page's own request is answered: only the browser knows where the platform's host is. */
const status = (page: Page, path: string) => page.evaluate(async (path) => (await fetch(path)).status, path);

test('whoever runs the server sees the tenants, and nothing else', async ({ browser, complaints }) => {
  const page = await operate(browser, complaints);
  const table = page.getByRole('table', { name: 'Tenants' });
  const row = table.getByRole('row').filter({ hasText: 'demo' });
  await expect(row).toContainText('Active');
  await expect(row).toContainText('localhost');
  await expect(row).toContainText(/6\d\d/);
  const rail = page.getByRole('navigation', { name: 'Main navigation' });
  await expect(rail.getByRole('link')).toHaveText(['Tenants', 'Administrators']);
  await accessible(page);
  await picture(page, 'tenants');

  await page.goto('/');
  await page.waitForURL('**/tenants');
  await page.goto('/admin/people');
  await expect(page.getByRole('heading', { name: 'You may not open this page' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search pages, acts and records' }).fill('operators');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/tenants/administrators');
  await expect(rail.locator('[aria-current=page]')).toHaveText(['Administrators']);
});

test('a session of one host means nothing at the other', async ({ app, browser, complaints }) => {
  expect((await app.request.get('/api/admin/v1/tenants')).status()).toBe(403);
  const page = await operate(browser, complaints);
  const [theirs] = await app.context().cookies();
  const [mine] = await page.context().cookies();
  expect(theirs?.value).not.toBe(mine?.value);
  const crossed = await browser.newContext();
  await crossed.addCookies([
    { name: 'sid', value: theirs?.value ?? '', url: platform },
    { name: 'sid', value: mine?.value ?? '', url: demo.base_url },
  ]);
  const other = await crossed.newPage();
  await other.goto(`${platform}/login`);
  expect(await status(other, '/api/me')).toBe(401);
  expect(await status(other, '/api/admin/v1/tenants')).toBe(401);
  await other.goto(`${demo.base_url}/login`);
  expect(await status(other, '/api/me')).toBe(401);
  await crossed.close();
});

test('a tenant is made, renamed, moved, suspended and erased', async ({ browser, complaints }) => {
  const name = `spec${Date.now()}`;
  const page = await operate(browser, complaints);
  await page.getByRole('button', { name: 'New tenant' }).first().click();
  const panel = page.getByRole('dialog', { name: 'New tenant' });
  await panel.getByLabel('Name').fill(name);
  await panel.getByLabel('Hosts').fill(new URL(platform).hostname);
  await picture(page, 'tenant-new');
  await accessible(page);
  await panel.getByRole('button', { name: 'Create tenant' }).click();
  await expect(panel.getByRole('alert')).toContainText('belongs to no tenant');
  await panel.getByLabel('Hosts').fill(`${name}.localhost`);
  await page.keyboard.press('Control+Enter');
  const link = page.getByRole('dialog', { name: 'Setup link' });
  await expect(link).toContainText(`${name}.localhost`);
  await expect(link).toContainText('/set-password#');
  await picture(page, 'tenant-link');
  await link.getByLabel('I have stored it').check();
  await link.getByRole('button', { name: 'Finish and close' }).click();

  await page.goto(`/tenants?search=${name}`);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const hosts = page.getByRole('region', { name: 'Hosts' });
  await hosts.getByRole('button', { name: 'Add host' }).click();
  await page.getByRole('textbox', { name: 'Host name' }).fill('localhost');
  await page.getByRole('dialog').getByRole('button', { name: 'Add host' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('belongs to another tenant');
  await page.getByRole('textbox', { name: 'Host name' }).fill('<b>x</b>');
  await page.getByRole('dialog').getByRole('button', { name: 'Add host' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('is not a host name');
  await page.getByRole('textbox', { name: 'Host name' }).fill(`${name}-help.localhost`);
  await page.getByRole('dialog').getByRole('button', { name: 'Add host' }).click();
  await expect(hosts.getByRole('listitem')).toHaveCount(2);
  await page.getByText('It is reached under').waitFor();
  await accessible(page);
  await picture(page, 'tenant');
  await hosts.getByRole('button', { name: `Make canonical: ${name}-help.localhost` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make canonical' }).click();
  await expect(hosts.getByRole('listitem').first()).toContainText(`${name}-help.localhost`);
  await hosts.getByRole('button', { name: `Remove: ${name}.localhost` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(hosts.getByRole('listitem')).toHaveCount(1);

  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(`${name}b`);
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `${name}b` })).toBeVisible();

  await page.getByRole('button', { name: 'New setup link' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make link' }).click();
  await expect(link).toContainText(`${name}-help.localhost`);
  await link.getByLabel('I have stored it').check();
  await link.getByRole('button', { name: 'Finish and close' }).click();

  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByRole('dialog')).toContainText('can no longer sign in');
  await picture(page, 'tenant-suspend');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByRole('main').getByText('Suspended', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Serve again' }).click();
  await expect(page.getByRole('button', { name: 'Suspend' })).toBeVisible();

  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const sure = page.getByRole('dialog', { name: /^Delete/ });
  await expect(sure.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await picture(page, 'tenant-delete');
  await sure.getByLabel(/^Type/).fill(`${name}b`);
  await sure.getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/tenants$/);
  await expect(page.getByRole('link', { name: `${name}b` })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'demo' })).toBeVisible();
});

test('system administrators are invited, and the last one stays', async ({ browser, complaints }) => {
  const login = `olga${Date.now()}`;
  const page = await operate(browser, complaints);
  await page.getByRole('link', { name: 'Administrators' }).click();
  const table = page.getByRole('table', { name: 'System administrators' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Invite' }).first().click();
  const panel = page.getByRole('dialog', { name: 'Invite a system administrator' });
  await panel.getByLabel('Name').fill('Olga <i>Other</i>');
  await panel.getByLabel('Login').fill('two words');
  await panel.getByRole('button', { name: 'Make link' }).click();
  await expect(panel.getByRole('alert')).toContainText('Login');
  await panel.getByLabel('Login').fill(login);
  await panel.getByRole('button', { name: 'Make link' }).click();
  const link = page.getByRole('dialog', { name: 'Setup link' });
  await expect(link).toContainText(`${platform}/set-password#`);
  const address = /http:\S+set-password#\w{43}/.exec(await link.innerText())?.[0] ?? '';
  await link.getByLabel('I have stored it').check();
  await link.getByRole('button', { name: 'Finish and close' }).click();
  const olga = table.getByRole('row').filter({ hasText: login });
  await expect(olga).toContainText('Invited');
  await expect(olga).toContainText('Olga <i>Other</i>');
  await accessible(page);
  await picture(page, 'system-administrators');

  // whoever is the last with a password stays, invited ones or not
  const me = table.getByRole('row').filter({ hasText: demo.system_admin.username }).first();
  await me.getByRole('button', { name: /^Acts for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByLabel(/^Type/).fill(demo.system_admin.username);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('dialog').getByRole('alert').last()).toContainText('last system administrator');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

  // the link signs in; ending sessions signs out
  const other = await (await browser.newContext({ baseURL: platform })).newPage();
  await other.goto(address);
  await other.getByLabel('New password', { exact: true }).fill('correct horse battery staple');
  await other.getByLabel('New password, again').fill('correct horse battery staple');
  await picture(other, 'system-set-password');
  await other.getByRole('button', { name: 'Set password' }).click();
  await other.waitForURL('**/tenants');
  await page.reload();
  await expect(olga).toContainText('Allowed');
  await olga.getByRole('button', { name: /^Acts for/ }).click();
  await page.getByRole('menuitem', { name: 'End sessions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End sessions' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await status(other, '/api/me')).toBe(401);
  await olga.getByRole('button', { name: /^Acts for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByLabel(/^Type/).fill(login);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(olga).toHaveCount(0);
});
