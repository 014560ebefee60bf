import type { Page } from '@playwright/test';
import { accessible, demo, expect, leave, picture, signIn, test } from './app';
import { totp } from './totp';

interface Login {
  username: string;
  password: string;
}

/** Makes a person of the spec's own, who sets a password with the link and is then signed in on the page instead of the administrator. */
async function newcomer(page: Page, role = 'ServiceDeskAnalyst'): Promise<Login> {
  const username = `acct${Date.now()}${Math.floor(Math.random() * 1000)}`;
  const password = `a long sentence ${Math.random()}`;
  const made = await page.request.post('/api/admin/v1/people', {
    data: { login: username, first_name: 'Ada', last_name: 'Account', email: `${username}@example.com`, role },
  });
  expect(made.status(), await made.text()).toBe(201);
  const { setup_link } = await made.json();
  await leave(page);
  await page.goto(setup_link);
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
  await page.getByRole('button').first().click();
  await expect(page.getByText('Welcome')).toBeVisible();
  return { username, password };
}

/** Signs in at the page, as people do. */
async function enter(page: Page, who: Login) {
  await page.goto('/login');
  await page.getByLabel('User name').fill(who.username);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('the menu leads to my account; theme and time zone follow at once', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('button', { name: /^Account/ }).click();
  await app.getByRole('menuitem', { name: 'My account' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await expect(app.getByRole('region', { name: 'Profile' })).toContainText(demo.admin.username);
  await accessible(app);
  await picture(app, 'account');

  const preferences = app.getByRole('region', { name: 'Preferences' });
  await preferences.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await preferences.getByLabel('Dates and numbers').selectOption('de-DE');
  await expect(preferences.getByRole('status')).toContainText('1.234,5');
  await expect(app.getByRole('region', { name: 'Where you are signed in' }).getByText(/jetzt|Sekunde/).first()).toBeVisible();
  await expect
    .poll(async () => (await (await app.request.get('/api/me/preferences')).json()).localisation)
    .toEqual({ timeZone: 'Asia/Tokyo', locale: 'de-DE' });
  await app.reload();
  await expect(preferences.getByLabel('Time zone')).toHaveValue('Asia/Tokyo');
  await preferences.getByLabel('Time zone').selectOption('');
  await preferences.getByLabel('Dates and numbers').selectOption('');
  await expect(preferences.getByRole('status')).toContainText('1,234.5');
  await preferences.getByText('Dark', { exact: true }).click();
  await expect(app.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await preferences.getByText('As the system', { exact: true }).click();
});

test('a password is changed; what is wrong stands at the field', async ({ app }) => {
  const who = await newcomer(app);
  await app.goto('/account');
  const card = app.getByRole('region', { name: 'Password' });
  await expect(card).toContainText('At least 12 characters');
  const change = async (current: string, fresh: string) => {
    await card.getByLabel('Current password').fill(current);
    await card.getByLabel('New password').fill(fresh);
    await card.getByRole('button', { name: 'Change password' }).click();
  };
  await change('not the current one', 'a new long sentence');
  await expect(card.getByText('This is not the current password.')).toBeVisible();
  await change(who.password, 'short');
  await expect(card.getByText('A password has at least 12 characters.')).toBeVisible();
  await expect(card.getByLabel('New password')).toHaveAccessibleDescription(/at least 12/);
  await accessible(app);
  await change(who.password, `x ${who.username} is in it`);
  await expect(card.getByText('A password cannot contain the login.')).toBeVisible();
  await change(who.password, 'a new long sentence');
  await expect(app.getByText('Your password is changed.')).toBeVisible();
  await app.reload(); // the session goes on
  await expect(app.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await leave(app);
  await signIn(app, { ...who, password: 'a new long sentence' });
});

test('an authenticator app is set up, asked for at the next sign-in, and replaced by a recovery code once', async ({ app }) => {
  const who = await newcomer(app);
  await app.goto('/account');
  const card = app.getByRole('region', { name: 'Second factors' });
  await card.getByRole('button', { name: 'Set up' }).click();
  const panel = app.getByRole('dialog', { name: 'Set up an authenticator app' });
  await expect(panel.getByRole('img', { name: 'QR code with the key' })).toBeVisible();
  const secret = await panel.getByRole('group', { name: 'Key' }).innerText();
  await panel.getByLabel('Code that the app shows').fill('000000');
  await panel.getByRole('button', { name: 'Set up' }).click();
  await expect(panel.getByRole('alert')).toContainText('The code is wrong');
  await accessible(app);
  await picture(app, 'account-app');
  await panel.getByLabel('Code that the app shows').fill(totp(secret, -1));
  await app.keyboard.press('Control+Enter');
  const once = app.getByRole('dialog', { name: 'Store your recovery codes' });
  const codes = (await once.locator('code').innerText()).split('\n');
  expect(codes).toHaveLength(10);
  await accessible(app);
  await picture(app, 'account-codes');
  await once.getByLabel('I have stored it').check();
  await once.getByRole('button', { name: 'Finish and close' }).click();
  await expect(card).toContainText('10 codes are left.');

  await leave(app);
  await enter(app, who);
  await app.getByLabel(/code/i).fill(totp(secret));
  await app.getByRole('button', { name: /Continue|Sign in|Verify/ }).first().click();
  await expect(app.getByText('Welcome')).toBeVisible();

  await leave(app);
  await enter(app, who);
  await app.getByLabel(/code/i).fill(codes[0] ?? '');
  await app.getByRole('button', { name: /Continue|Sign in|Verify/ }).first().click();
  await expect(app.getByText('Welcome')).toBeVisible();
  await app.goto('/account');
  await expect(card).toContainText('9 codes are left.');

  await card.getByRole('button', { name: 'Make new codes' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Make new codes' }).click();
  await expect(once.locator('code')).not.toContainText(codes[1] ?? '');
  await once.getByLabel('I have stored it').check();
  await once.getByRole('button', { name: 'Finish and close' }).click();
  await card.getByRole('button', { name: 'Remove: Authenticator app' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card).toContainText('Not set up');
  await expect(card.getByRole('button', { name: 'Make new codes' })).toHaveCount(0);
});

test('a passkey is added under a name, signs in without a password, and is removed', async ({ app }) => {
  const cdp = await app.context().newCDPSession(app);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await newcomer(app);
  await app.goto('/account');
  const card = app.getByRole('region', { name: 'Second factors' });
  await card.getByRole('button', { name: 'Add passkey' }).click();
  const panel = app.getByRole('dialog', { name: 'Add a passkey' });
  const name = 'Laptop <b>of</b> Ada \u202eadA';
  await panel.getByLabel('Name').fill(name);
  await accessible(app);
  await panel.getByRole('button', { name: 'Add', exact: true }).click();
  const once = app.getByRole('dialog', { name: 'Store your recovery codes' });
  await once.getByLabel('I have stored it').check();
  await once.getByRole('button', { name: 'Finish and close' }).click();
  const keys = card.getByRole('list', { name: 'Passkeys' });
  await expect(keys.getByRole('listitem')).toContainText('never used');
  await expect(keys).toContainText('Laptop <b>of</b> Ada');

  await leave(app);
  await app.goto('/login');
  await app.getByRole('button', { name: /passkey/i }).click();
  await expect(app.getByText('Welcome')).toBeVisible();
  await app.goto('/account');
  await expect(keys.getByRole('listitem')).toContainText('last used');
  await accessible(app);
  await picture(app, 'account-passkey');
  await keys.getByRole('button', { name: /^Remove/ }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card).toContainText('You have no passkey.');
});

test('another session is ended, and is out at its next request', async ({ app, browser, baseURL }) => {
  const who = await newcomer(app);
  const other = await browser.newContext({ baseURL });
  const elsewhere = await other.newPage();
  await signIn(elsewhere, who);
  await elsewhere.goto('/account');
  const sessions = app.getByRole('region', { name: 'Where you are signed in' });
  await app.goto('/account');
  await expect(sessions.getByRole('listitem')).toHaveCount(2);
  await expect(sessions.getByRole('listitem').first()).toContainText('This one');
  await expect(sessions.getByRole('listitem').first()).toContainText(/Chrome on Linux/);
  await sessions.getByRole('button', { name: /^End:/ }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await expect(sessions.getByRole('listitem')).toHaveCount(1);
  await elsewhere.reload().catch(() => {}); // the page may be on its way already: it is told of the end
  await expect(elsewhere).toHaveURL(/\/login\?to=%2Faccount/);

  await signIn(elsewhere, who);
  await app.reload();
  await sessions.getByRole('button', { name: 'End all others' }).click();
  await expect(app.getByRole('dialog')).toContainText('1 session');
  await app.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
  await expect(app.getByText('Ended 1 session.')).toBeVisible();
  expect((await elsewhere.request.get('/api/me')).status()).toBe(401);
  await other.close();
});

test('the last second factor stays where the policy wants one, and a proof that is too old is asked for anew', async ({ app }) => {
  await newcomer(app);
  await app.route('**/api/me/factors', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), required: true, totp: true } });
  });
  await app.route('**/api/me/factors/totp', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 409, code: 'factor_last', detail: 'This is your last second factor, and you need one. Add another first.' }),
    }),
  );
  await app.goto('/account');
  const card = app.getByRole('region', { name: 'Second factors' });
  await card.getByRole('button', { name: 'Remove: Authenticator app' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(app.getByRole('dialog').getByText('This is your last second factor').last()).toBeVisible();

  await app.unroute('**/api/me/factors/totp');
  let asked = 0;
  await app.route('**/api/me/factors/totp', async (route) => {
    if (asked++ > 0) return route.fallback();
    await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'step_up_required' }) });
  });
  await app.reload();
  await card.getByRole('button', { name: 'Move to another app' }).click();
  await expect(app.getByRole('dialog', { name: 'Prove that it is you' })).toBeVisible();
  await accessible(app);
  await app.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.getByText('Nothing was changed: it takes a proof that it is you.')).toBeVisible();
});

test('an administrator sees the sign-in of another, resets the second factors and ends the sessions', async ({ app, browser, baseURL }) => {
  const who = await newcomer(app);
  await app.goto('/account');
  const card = app.getByRole('region', { name: 'Second factors' });
  await card.getByRole('button', { name: 'Set up' }).click();
  const secret = await app.getByRole('group', { name: 'Key' }).innerText();
  await app.getByLabel('Code that the app shows').fill(totp(secret));
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('dialog', { name: 'Store your recovery codes' })).toBeVisible();

  const context = await browser.newContext({ baseURL });
  const admin = await context.newPage();
  await signIn(admin);
  const found = await (await admin.request.get(`/api/admin/v1/people?login=${who.username}`)).json();
  await admin.goto(`/admin/people/${found.items[0].id}`);
  const region = admin.getByRole('region', { name: 'Sign-in', exact: true });
  await expect(region).toContainText('Authenticator app, 10 recovery codes left');
  await expect(region.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(1);
  await accessible(admin);
  await region.scrollIntoViewIfNeeded();
  await picture(admin, 'person-sign-in');
  await region.getByRole('button', { name: 'Reset second factors' }).click();
  await expect(admin.getByRole('dialog')).toContainText('signed out everywhere');
  await admin.getByRole('dialog').getByRole('button', { name: 'Reset second factors' }).click();
  await expect(region).toContainText('None');
  await expect(region).toContainText('Not signed in anywhere.');
  expect((await app.request.get('/api/me')).status()).toBe(401);

  await signIn(app, who);
  await admin.reload();
  await region.getByRole('button', { name: 'End all sessions' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
  await expect(region).toContainText('Not signed in anywhere.');
  expect((await app.request.get('/api/me')).status()).toBe(401);
  await context.close();
});
