import type { Browser, Page } from '@playwright/test';
import { accessible, expect, leave, picture, test } from './app';
import { totp } from './totp';

const api = '/api/admin/v1';
const password = 'a long sentence for the glass';

interface Keeper {
  id: string;
  login: string;
  page: Page;
}

/** Makes an administrator, who sets a password with the link and is signed in on a page of their own. */
async function keeper(app: Page, browser: Browser, baseURL: string | undefined): Promise<Keeper> {
  const login = `glass${Date.now()}`;
  const made = await app.request.post(`${api}/people`, {
    data: { login, first_name: 'Greta', last_name: 'Glass', email: `${login}@example.com`, role: 'Admin' },
  });
  expect(made.status(), await made.text()).toBe(201);
  const { id, setup_link } = await made.json();
  const page = await (await browser.newContext({ baseURL })).newPage();
  await page.goto(setup_link);
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
  await page.getByRole('button').first().click();
  await expect(page.getByText('Welcome')).toBeVisible();
  return { id, login, page };
}

/** Sets an authenticator app up, and returns its secret. */
async function addApp(page: Page): Promise<string> {
  const { secret } = await (await page.request.post('/api/me/factors/totp')).json();
  const confirmed = await page.request.post('/api/me/factors/totp/confirmation', { data: { code: totp(secret, -1) } });
  expect(confirmed.status(), await confirmed.text()).toBe(200);
  return secret;
}

/** Fills in the page at /login/local. */
async function enter(page: Page, login: string) {
  await page.goto('/login/local');
  await page.getByLabel('User name').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Does something with an administrator of the spec's own, who is gone afterwards. */
async function withKeeper(app: Page, browser: Browser, baseURL: string | undefined, run: (greta: Keeper) => Promise<void>) {
  const greta = await keeper(app, browser, baseURL);
  try {
    await run(greta);
  } finally {
    await networks(app, '');
    await app.request.delete(`${api}/people/${greta.id}/break-glass`);
    const gone = await app.request.delete(`${api}/people/${greta.id}`);
    await greta.page.context().close();
    expect(gone.status()).toBe(204);
  }
}

/** Makes an administrator with an authenticator app a break-glass one, and returns the secret of the app. */
async function markByApi(app: Page, greta: Keeper): Promise<string> {
  const secret = await addApp(greta.page);
  const marked = await app.request.put(`${api}/people/${greta.id}/break-glass`);
  expect(marked.status(), await marked.text()).toBe(200);
  return secret;
}

async function networks(app: Page, value: string) {
  const answer = await app.request.patch(`${api}/settings`, { data: { values: { 'sign_in.break_glass_networks': value } } });
  expect(answer.status(), await answer.text()).toBe(200);
}

test('an administrator is made a break-glass one, and keeps what makes one', async ({ app, browser, baseURL }) => {
  await withKeeper(app, browser, baseURL, async (greta) => {
    await app.goto(`/admin/people/${greta.id}`);
    const card = app.getByRole('region', { name: 'Sign-in' });
    const mark = card.getByRole('switch', { name: 'Break-glass administrator' });
    await expect(mark).not.toBeChecked();

    // Without a second factor she would not get in by herself.
    await mark.press('Space');
    const asked = app.getByRole('dialog', { name: 'Make Greta Glass a break-glass administrator?' });
    await asked.getByRole('button', { name: 'Make break-glass administrator' }).click();
    await expect(asked.getByRole('alert')).toContainText('What is missing: a passkey or an authenticator app');
    await accessible(app, '[role=dialog]');
    await picture(app, 'break-glass-unfit');
    await addApp(greta.page);
    await asked.getByRole('button', { name: 'Make break-glass administrator' }).click();
    await expect(asked).toBeHidden();
    await app.reload();
    await expect(mark).toBeChecked();
    await expect(card).toContainText('Made one by admin');
    await accessible(app);
    await picture(app, 'break-glass');

    const kept = async (name: RegExp | string, act: string) => {
      const dialog = app.getByRole('dialog', { name });
      await dialog.getByRole('button', { name: act, exact: true }).click();
      await expect(dialog.getByRole('alert').last()).toContainText(`${greta.login} is a break-glass administrator and`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await expect(dialog).toBeHidden();
    };
    await app.getByRole('button', { name: 'Deactivate' }).click();
    await kept('Deactivate Greta Glass?', 'Deactivate');
    await card.getByRole('button', { name: 'Reset second factors' }).click();
    await kept(/^Reset the second factors/, 'Reset second factors');
    await app.getByRole('button', { name: /^Revoke: / }).click();
    await kept(/^Revoke the role/, 'Revoke');
    await app.getByRole('button', { name: 'More acts' }).click();
    await app.getByRole('menuitem', { name: 'Delete' }).click();
    await app.getByRole('dialog').getByRole('textbox').fill('Greta Glass');
    await kept('Delete Greta Glass?', 'Delete');

    await mark.press('Space');
    await app.getByRole('dialog').getByRole('button', { name: 'Remove the mark' }).click();
    await expect(mark).not.toBeChecked();
    await app.getByRole('button', { name: 'Deactivate' }).click();
    await app.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await expect(app.getByText('May not sign in')).toBeVisible();
  });
});

test('the list and the settings say who is one, or that nobody is', async ({ app, browser, baseURL }) => {
  await app.goto('/settings/security');
  await expect(app.getByText('There is no break-glass administrator.')).toBeVisible();
  await withKeeper(app, browser, baseURL, async (greta) => {
    await markByApi(app, greta);
    await app.goto('/admin/people?break_glass=true');
    const table = app.getByRole('table', { name: 'People' });
    await expect(table.getByRole('row')).toHaveCount(2);
    await expect(table.getByRole('row', { name: /Greta Glass/ })).toContainText('Break-glass');
    await accessible(app);
    await picture(app, 'break-glass-list');
    await app.goto('/settings/security');
    await expect(app.getByRole('link', { name: 'Greta Glass' })).toBeVisible();
    await accessible(app);
    await picture(app, 'break-glass-settings');
  });
});

test('her sign-in rings the bell of the others, and only named networks let her in', async ({ app, browser, baseURL }) => {
  await withKeeper(app, browser, baseURL, async (greta) => {
    const secret = await markByApi(app, greta);
    await app.goto('/settings/security');
    const bell = app.getByRole('button', { name: /^Notifications/ });
    await bell.click(); // what was there is seen
    await expect(bell).toHaveAccessibleName('Notifications');
    await app.keyboard.press('Escape');
    await leave(greta.page);
    await enter(greta.page, greta.login);
    await greta.page.getByLabel(/code/i).fill(totp(secret));
    await greta.page.getByRole('button', { name: /Continue|Sign in|Verify/ }).first().click();
    await expect(greta.page.getByText('Welcome')).toBeVisible();
    await expect(bell).toHaveAccessibleName('Notifications, 1 unread');
    await bell.click();
    const told = app.getByRole('dialog', { name: 'Notifications' }).getByRole('listitem').first();
    await expect(told).toContainText('Break-glass administrator signed in');
    await expect(told).toContainText('Greta Glass');
    await accessible(app, '[role=dialog]');
    await picture(app, 'break-glass-bell');
    await app.keyboard.press('Escape');

    // From a network that is not named the right password is a wrong one; the others hear why.
    const field = app.getByRole('textbox', { name: 'Networks of break-glass administrators' });
    await field.fill('203.0.113.0/33');
    await app.getByRole('button', { name: 'Save changes' }).click();
    await expect(app.getByRole('alert').filter({ hasText: 'Networks of break-glass administrators' })).toBeVisible();
    await field.fill('203.0.113.0/24');
    await app.getByRole('button', { name: 'Save changes' }).click();
    await expect(app.getByText('The settings are saved.').first()).toBeVisible();
    const stranger = await (await browser.newContext({ baseURL })).newPage();
    await enter(stranger, greta.login);
    await expect(stranger.getByText('The name or the password is wrong.')).toBeVisible();
    await stranger.context().close();
    await expect(bell).toHaveAccessibleName('Notifications, 1 unread');
    await bell.click();
    await expect(told).toContainText('Break-glass sign-in refused');
    await told.getByRole('link').click();
    await expect(app.getByRole('heading', { level: 1, name: 'Greta Glass' })).toBeVisible();
  });
});
