import type { Page } from '@playwright/test';
import { accessible, expect, picture, test } from './app';

const list = '/admin/app-registrations';

/** The value under a caption of "Complete this registration". */
const value = (page: Page, caption: string) => page.locator('dl div', { hasText: caption }).locator('code').innerText();

/** Gets a token as the application would. */
async function authenticates(page: Page, secret: string, id: string, address: string): Promise<number> {
  const answer = await page.request.post(address, { form: { grant_type: 'client_credentials', client_id: id, client_secret: secret } });
  return answer.status();
}

async function register(page: Page, application: string, description: string) {
  await page.goto(list);
  await page.getByRole('button', { name: 'New registration' }).click();
  const panel = page.getByRole('dialog');
  await expect(panel).toContainText('New app registration');
  await panel.getByLabel(/Application/).selectOption({ label: application });
  await panel.getByRole('button', { name: 'Continue' }).click();
  await expect(panel.getByRole('heading', { name: application })).toBeVisible();
  await panel.getByLabel(/Description/).fill(description);
  await panel.getByRole('button', { name: 'Register' }).click();
  await expect(page.getByRole('heading', { name: 'Complete this registration' })).toBeVisible();
}

async function finish(page: Page) {
  await page.getByRole('checkbox', { name: 'I have stored it' }).check();
  await page.getByRole('button', { name: 'Finish and close' }).click();
  await expect(page.getByRole('heading', { name: 'Complete this registration' })).toBeHidden();
}

test('the list has the columns of the original', async ({ app }) => {
  await app.goto(list);
  await app.getByRole('table').waitFor();
  await expect(app.getByRole('columnheader')).toHaveText(['', 'Application', 'Description', 'Last authenticated', 'Created by', 'Created']);
  await accessible(app);
  await picture(app, 'app-registrations');
});

test('an application is registered, gets tokens with what is shown once, and is deleted', async ({ app }) => {
  await app.goto(list);
  await app.getByRole('button', { name: 'New registration' }).click();
  await app.getByRole('dialog').waitFor();
  await accessible(app);
  await picture(app, 'new-app-registration');
  await app.getByRole('button', { name: 'Continue' }).click();
  await expect(app.getByRole('alert')).toContainText('Choose what to register.');
  await app.getByRole('button', { name: 'Cancel' }).click();

  await register(app, 'Cherwell Service Management', 'Mouse <b>test</b>');
  await expect(app.locator('dl dt')).toHaveText(['Neurons Auth Url', 'Client ID', 'Client Secret']);
  const [address, id, secret] = [await value(app, 'Neurons Auth Url'), await value(app, 'Client ID'), await value(app, 'Client Secret')];
  await accessible(app);
  await picture(app, 'complete-this-registration');
  await expect(app.getByRole('button', { name: 'Finish and close' })).toBeDisabled();
  await app.keyboard.press('Escape');
  await expect(app.getByRole('heading', { name: 'Complete this registration' })).toBeVisible();
  await app.getByRole('button', { name: 'Copy: Client Secret' }).click();
  expect(await app.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  const file = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Download as text file' }).click();
  expect((await file).suggestedFilename()).toContain(id);
  await finish(app);
  await expect(app.locator('body')).not.toContainText(secret);

  expect(await authenticates(app, secret, id, address)).toBe(200);
  const row = app.getByRole('row', { name: /Mouse <b>test<\/b>/ });
  await row.getByRole('checkbox').check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = app.getByRole('dialog');
  await expect(dialog).toContainText('gets no more access tokens');
  await accessible(app);
  await picture(app, 'delete-app-registration');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  expect(await authenticates(app, secret, id, address)).toBe(400);
});

test('a secret is rotated while the old one goes on', async ({ app }) => {
  await register(app, 'Custom App', 'Rotation');
  const [address, id, old] = [await value(app, 'Neurons Auth Url'), await value(app, 'Client ID'), await value(app, 'Client Secret')];
  await expect(app.getByRole('tab')).toHaveText(['curl', 'PowerShell', 'Go']);
  await finish(app);
  expect(await authenticates(app, old, id, address)).toBe(200);
  await app.getByRole('row', { name: /Rotation/ }).getByRole('link').click();
  await expect(app.getByRole('heading', { level: 1, name: 'Custom App' })).toBeVisible();
  await app.getByRole('button', { name: 'Rotate secret' }).click();
  const panel = app.getByRole('dialog');
  await accessible(app);
  await panel.getByLabel('The old one ends').selectOption('After a day');
  await panel.getByRole('button', { name: 'Rotate secret' }).click();
  await expect(app.getByRole('heading', { name: 'New client secret' })).toBeVisible();
  const fresh = await value(app, 'Client secret');
  await app.getByRole('checkbox', { name: 'I have stored it' }).check();
  await app.getByRole('button', { name: 'Finish and close' }).click();
  expect(await authenticates(app, fresh, id, address)).toBe(200);
  expect(await authenticates(app, old, id, address)).toBe(200);
  await expect(app.getByRole('table', { name: 'Secrets and keys' }).getByText('In use')).toHaveCount(2);
  await accessible(app);
  await picture(app, 'app-registration');
});

test('a registration is edited, disabled, enabled; its last secret is revoked by typing its name', async ({ app }) => {
  await register(app, 'Custom App', 'Edited');
  const [address, id, secret] = [await value(app, 'Neurons Auth Url'), await value(app, 'Client ID'), await value(app, 'Client Secret')];
  await finish(app);
  await app.getByRole('row', { name: /Edited/ }).getByRole('link').click();

  await app.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Networks').fill('not a network');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByRole('alert')).toContainText(/Networks|network/);
  await accessible(app);
  await panel.getByLabel('Networks').fill('127.0.0.0/8\n::1/128');
  await panel.getByLabel('Life of its tokens').fill('600');
  await panel.getByLabel('odata.read').check();
  await app.keyboard.press('Control+Enter');
  await expect(panel).toBeHidden();
  await expect(app.getByText('10 min')).toBeVisible();
  await expect(app.getByText('odata.read')).toBeVisible();

  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Disable' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(app.getByText('Disabled', { exact: true })).toBeVisible();
  expect(await authenticates(app, secret, id, address)).toBe(400);
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Enable' }).click();
  await expect(app.getByText('Enabled', { exact: true })).toBeVisible();

  await app.getByRole('button', { name: /^Revoke/ }).click();
  const dialog = app.getByRole('dialog');
  await expect(dialog).toContainText('the last credential that works');
  await expect(dialog.getByRole('button', { name: 'Revoke' })).toBeDisabled();
  await dialog.getByLabel(/Type AppReg/).fill(id);
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await expect(app.getByText('No secret or key')).toBeVisible();
});

test('everything goes without a mouse', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  await app.keyboard.press('g');
  await app.keyboard.press('a');
  await app.waitForURL('**/admin/app-registrations');
  await app.getByRole('table').waitFor();

  await app.keyboard.press('c'); // New registration
  await expect(app.getByLabel(/Application/)).toBeFocused();
  await app.keyboard.type('Custom');
  await app.keyboard.press('Control+Enter'); // Continue
  await expect(app.getByLabel(/Description/)).toBeFocused();
  await app.keyboard.type('By keyboard');
  await app.keyboard.press('Control+Enter'); // Register
  await expect(app.getByRole('heading', { name: 'Complete this registration' })).toBeVisible();
  const box = app.getByRole('checkbox', { name: 'I have stored it' });
  for (let i = 0; i < 20 && !(await box.evaluate((e) => e === document.activeElement)); i++) await app.keyboard.press('Tab');
  await app.keyboard.press('Space');
  await app.keyboard.press('Tab');
  await expect(app.getByRole('button', { name: 'Finish and close' })).toBeFocused();
  await app.keyboard.press('Enter');
  await expect(app.getByRole('dialog')).toHaveCount(0);

  await app.keyboard.press('/');
  await expect(app.getByRole('searchbox')).toBeFocused();
  await app.keyboard.type('By keyboard');
  await app.waitForURL(/search=By/);
  const row = app.getByRole('row', { name: /By keyboard/ });
  await expect(app.getByRole('row')).toHaveCount(2);
  await app.keyboard.press('Escape');
  await app.keyboard.press('Tab');
  await app.keyboard.press('j');
  await app.keyboard.press('x');
  await expect(row.getByRole('checkbox')).toBeChecked();
  const actions = app.getByRole('button', { name: 'Actions' });
  for (let i = 0; i < 40 && !(await actions.evaluate((e) => e === document.activeElement)); i++) await app.keyboard.press('Shift+Tab');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('menuitem', { name: 'Delete' })).toBeVisible();
  await app.keyboard.press('ArrowDown');
  await expect(app.getByRole('menuitem', { name: 'Delete' })).toBeFocused();
  await app.keyboard.press('Enter');
  await expect(app.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await app.keyboard.press('Tab');
  await app.keyboard.press('Enter');
  await expect(row).toHaveCount(0);
});

test('search, filters and views stand in the address and are kept', async ({ app }) => {
  await app.goto(list);
  await app.getByRole('button', { name: 'Filter' }).click();
  await app.getByLabel('Value').selectOption('Cherwell Service Management');
  await accessible(app);
  await app.getByRole('button', { name: 'Apply' }).click();
  await app.waitForURL(/type=csm/);
  await expect(app.getByRole('link', { name: 'Demo app' })).toHaveCount(0);
  await app.getByRole('button', { name: 'Save view' }).click();
  await app.getByLabel('Name of the view').fill('Cherwell only');
  await app.keyboard.press('Enter');
  await app.getByRole('button', { name: 'Remove the filter Type' }).click();
  await expect(app.getByRole('link', { name: 'Demo app' })).toBeVisible();
  await app.waitForTimeout(700); // until it is kept
  await app.evaluate(() => localStorage.clear());
  await app.reload();
  await app.getByRole('button', { name: 'Cherwell only' }).click();
  await app.waitForURL(/type=csm/);
  await accessible(app);
  await app.getByRole('searchbox').fill('nothing like that');
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await accessible(app);
  await app.getByRole('button', { name: 'Clear search and filters' }).click();
  await app.getByRole('button', { name: 'Display and export' }).click();
  const file = app.waitForEvent('download');
  await app.getByRole('menuitem', { name: 'Export as CSV' }).click();
  expect((await file).suggestedFilename()).toBe('registrations.csv');
});

test('an error says what happened and its request id, and tries again', async ({ app }) => {
  let fails = true;
  await app.route('**/api/admin/v1/registrations?*', (route) =>
    fails
      ? route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"status":400,"code":"x","detail":"It broke.","request_id":"r-42"}' })
      : route.continue(),
  );
  await app.goto(list);
  await expect(app.getByRole('alert')).toContainText('It broke.');
  await expect(app.getByRole('alert')).toContainText('r-42');
  await accessible(app);
  fails = false;
  await app.getByRole('button', { name: 'Try again' }).click();
  await app.getByRole('table').waitFor();
});

test('it works 390 pixels wide', async ({ app }) => {
  await app.setViewportSize({ width: 390, height: 800 });
  await app.goto(list);
  await app.getByRole('table').waitFor();
  expect(await app.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await accessible(app);
  await app.getByRole('button', { name: 'Open navigation' }).click();
  await app.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(app.getByRole('heading', { level: 1 })).toContainText('Welcome');
});
