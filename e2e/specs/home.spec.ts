import { accessible, demo, expect, picture, signIn, test } from './app';

test('whoever is not signed in is sent to the sign-in page and comes back', async ({ page }) => {
  await page.goto('/admin/app-registrations?search=csm');
  await page.waitForURL(/\/login\?to=/);
  await page.getByLabel('User name').fill(demo.admin.username);
  await page.getByLabel('Password').fill(demo.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/admin\/app-registrations\?search=csm$/);
  await expect(page.getByRole('heading', { level: 1, name: 'App Registrations' })).toBeVisible();
});

test('home says what waits and leads on', async ({ app }) => {
  await app.goto('/');
  await expect(app.getByRole('heading', { level: 1 })).toContainText('Welcome');
  await expect(app.getByText(/^6\d\d$/)).toBeVisible() // people, of whom other specs make some;
  await expect(app.getByRole('region', { name: 'At a glance' })).toBeVisible();
  await expect(app.getByText('demo', { exact: true })).toHaveCount(0); // the bar names the organisation, once
  await accessible(app);
  await picture(app, 'home');
});

test('the rail shows nobody what they may not open, and an address says whom to ask', async ({ page }) => {
  await signIn(page, demo.agent);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  await expect(page.getByRole('link', { name: 'App Registrations' })).toHaveCount(0);
  await page.goto('/admin/app-registrations');
  await expect(page.getByRole('heading', { name: 'You may not open this page' })).toBeVisible();
});

test('the palette and the keys lead everywhere', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  await app.keyboard.press('Control+k');
  await app.getByRole('textbox', { name: 'Search pages, acts and records' }).fill('oauth');
  await accessible(app);
  await picture(app, 'palette');
  await app.keyboard.press('Enter');
  await app.waitForURL('**/admin/app-registrations');
  await app.getByRole('table').waitFor();
  await app.keyboard.press('g');
  await app.keyboard.press('h');
  await app.waitForURL(/\/$/);
  await app.keyboard.press('?');
  await expect(app.getByRole('dialog')).toContainText('Go to App Registrations');
  await accessible(app);
});

test('dark stays dark', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('button', { name: /^Account/ }).click();
  await app.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(app.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await app.reload();
  await expect(app.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('signing out ends the session', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('button', { name: /^Account/ }).click();
  await app.getByRole('menuitem', { name: 'Sign out' }).click();
  await app.waitForURL(/\/login/);
  expect((await app.request.get('/api/me')).status()).toBe(401);
});

test('what is not there says so', async ({ app }) => {
  await app.goto('/admin/nothing');
  await expect(app.getByRole('heading', { name: 'There is no such thing' })).toBeVisible();
  await app.goto('/admin/app-registrations/NOTHING');
  await expect(app.getByRole('heading', { name: 'There is no such thing' })).toBeVisible();
});
