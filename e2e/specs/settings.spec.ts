import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

/** Puts settings back as they were made. */
async function restore(page: Page, values: Record<string, string>) {
  const answer = await page.request.patch('/api/admin/v1/settings', { data: { values } });
  expect(answer.status(), await answer.text()).toBe(200);
}

test('the accent is previewed, checked, saved, and stands on the page to sign in', async ({ app, browser, baseURL }) => {
  await restore(app, { 'appearance.title': '', 'appearance.accent': '#1f5fbf' });
  await app.goto('/settings/appearance');
  await expect(app.getByRole('heading', { level: 1, name: 'Appearance' })).toBeVisible();
  await expect(app.getByText('That is enough.')).toBeVisible();
  await accessible(app);
  await picture(app, 'settings-appearance');
  const accent = app.getByLabel('Accent', { exact: true });
  await accent.fill('red;}');
  await expect(accent).toHaveAccessibleDescription(/Six hex digits/);
  await accent.fill('#ffcc00');
  await expect(app.getByText(/darkened until it can be read/)).toBeVisible();
  await accessible(app);
  const name = app.getByLabel('Name', { exact: true });
  await name.fill('Desk <b>& Co</b>');
  await expect(app.getByText('2 changes not saved')).toBeVisible();
  await picture(app, 'settings-appearance-changed');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('The settings are saved.').first()).toBeVisible();
  await expect(app.getByRole('banner')).toContainText('Desk <b>& Co</b>');
  await expect(app.getByText('Default: #1f5fbf')).toBeVisible();

  const stranger = await browser.newContext({ baseURL });
  const login = await stranger.newPage();
  await login.goto('/login');
  await expect(login.getByText('Desk <b>& Co</b>')).toBeVisible();
  const button = login.getByRole('button', { name: 'Sign in', exact: true });
  await expect(button).toHaveCSS('background-color', /^rgb\((1[0-3]\d|\d\d), \d+, 0\)$/);
  await accessible(login);
  await picture(login, 'login-accent');
  await stranger.close();

  await app.getByRole('button', { name: 'Reset to the default: Accent' }).click();
  await app.getByRole('button', { name: 'Reset to the default: Name' }).click();
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('button', { name: /^Reset/ })).toHaveCount(0);
  await name.fill('x'.repeat(300));
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert').filter({ hasText: 'Correct these fields: Name' })).toBeVisible();
  await app.getByRole('button', { name: 'Discard' }).click();
  await expect(name).toHaveValue('');
});

test('the organisation says how times and numbers are written', async ({ app }) => {
  await app.goto('/settings/localisation');
  await accessible(app);
  await app.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await app.getByLabel('Dates and numbers').selectOption('de-DE');
  await app.getByLabel('First day of the week').selectOption('monday');
  await expect(app.getByText('1.234,5')).toBeVisible();
  await picture(app, 'settings-localisation');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('The settings are saved.').first()).toBeVisible();
  await app.goto('/account');
  const preferences = app.getByRole('region', { name: 'Preferences' });
  await expect(preferences.getByLabel('Time zone').locator('option').first()).toHaveText('As the organisation: Asia/Tokyo');
  await expect(preferences.getByRole('status')).toContainText('1.234,5');
  await preferences.getByLabel('Dates and numbers').selectOption('en-US');
  await expect(preferences.getByRole('status')).toContainText('1,234.5');
  await preferences.getByLabel('Dates and numbers').selectOption('');
  await restore(app, { 'localisation.time_zone': '', 'localisation.locale': '', 'localisation.first_weekday': 'locale' });
});

test('limits are refused at their fields, and what lets people in takes a proof', async ({ app }) => {
  await app.goto('/settings/security');
  await expect(app.getByLabel('Second factor')).toHaveValue('auto');
  await accessible(app);
  await picture(app, 'settings-security');
  const minutes = app.getByRole('textbox', { name: 'Administrators: minutes without use' });
  await minutes.fill('6000');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert').filter({ hasText: 'Correct these fields' })).toBeVisible();
  await expect(minutes).toHaveAccessibleDescription(/“Administrators: minutes without use” cannot be/);
  await expect(app.getByText('session.admin_idle_minutes')).toHaveCount(0);
  await accessible(app);
  await minutes.fill('45');
  let asked = 0;
  await app.route('**/api/admin/v1/settings', async (route) => {
    if (route.request().method() !== 'PATCH' || asked++ > 0) return route.fallback();
    await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'step_up_required' }) });
  });
  await expect(app.getByText('Saving takes a proof that it is you.')).toBeVisible();
  await app.getByRole('button', { name: 'Save changes' }).click();
  const proof = app.getByRole('dialog', { name: 'Prove that it is you' });
  await expect(proof).toBeVisible();
  await proof.getByRole('textbox', { name: 'Password' }).fill(demo.admin.password);
  await proof.getByRole('button', { name: 'Go on' }).click();
  await expect(app.getByText('The settings are saved.').first()).toBeVisible();
  await app.reload();
  await expect(minutes).toHaveValue('45');
  await app.getByRole('button', { name: 'Reset to the default: Administrators: minutes without use' }).click();
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('button', { name: /^Reset/ })).toHaveCount(0);
});

test('the settings of the service desk, each with what it does', async ({ app }) => {
  await app.goto('/settings/service-desk');
  await expect(app.getByLabel('Changes of status')).toHaveAccessibleDescription(/jump between statuses/);
  await accessible(app);
  await app.getByLabel('Rows of a page').fill('50');
  await app.getByRole('textbox', { name: 'Extensions' }).fill('pdf,<script>');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('textbox', { name: 'Extensions' })).toHaveAccessibleDescription(/cannot be/);
  await app.getByRole('button', { name: 'Reset to the default: Extensions' }).click();
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('The settings are saved.').first()).toBeVisible();
  await expect(app.getByText('Default: 100')).toBeVisible();
  await picture(app, 'settings-desk');
  await restore(app, { 'odata.default_page': '100' });
});
