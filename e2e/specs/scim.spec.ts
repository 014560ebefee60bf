import type { APIRequestContext, Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

const api = '/api/admin/v1';
const same = { 'Sec-Fetch-Site': 'same-origin' };
const here = '/admin/single-sign-on/provisioning';
const base = `${demo.base_url.replace(/\/$/, '')}/scim/v2`;
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';

const region = (app: Page, name: string) => app.getByRole('region', { name, exact: true });

/** Asks as an identity provider does: with the token alone, without the browser's cookies. */
async function asProvider(request: APIRequestContext, token: string, method: string, path: string, data?: unknown) {
  return request.fetch(`${base}${path}`, { method, data, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' } });
}

/** Makes a token on the page, and returns what is shown once. */
async function make(app: Page, open: () => Promise<void>, label?: string) {
  await open();
  const panel = app.getByRole('dialog');
  if (label !== undefined) await panel.getByLabel('Label (required)').fill(label);
  await panel.getByRole('button', { name: 'Make token' }).click();
  const shown = app.getByRole('dialog', { name: 'Token made' });
  const [url, token] = [await shown.locator('dl code').nth(0).innerText(), await shown.locator('dl code').nth(1).innerText()];
  return { shown, url, token };
}

async function finish(app: Page) {
  const shown = app.getByRole('dialog', { name: 'Token made' });
  await expect(shown.getByRole('button', { name: 'Finish and close' })).toBeDisabled();
  await shown.getByRole('checkbox', { name: 'I have stored it' }).check();
  await shown.getByRole('button', { name: 'Finish and close' }).click();
  await expect(shown).toBeHidden();
}

test.beforeEach(async ({ app }) => {
  const { items } = (await (await app.request.get(`${api}/scim/tokens`)).json()) as { items: { id: string }[] };
  for (const t of items) await app.request.delete(`${api}/scim/tokens/${t.id}`, { headers: same });
  const groups = (await (await app.request.get(`${api}/scim/groups`)).json()) as { items: { id: string }[] };
  for (const g of groups.items) await app.request.delete(`${api}/groups/${g.id}`, { headers: same });
});

test('a token of the page provisions somebody, is replaced without a gap, and opens nothing once it is withdrawn', async ({ app, request }) => {
  await app.goto('/admin/single-sign-on');
  await app.getByRole('link', { name: 'Set up provisioning' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Provisioning (SCIM)' })).toBeVisible();
  await expect(app.getByRole('heading', { name: 'Nobody provisions people yet' })).toBeVisible();
  await accessible(app);
  await picture(app, 'provisioning-empty');
  await region(app, 'For your identity provider').getByRole('button', { name: 'Copy: Microsoft Entra ID: Tenant URL' }).click();
  expect(await app.evaluate(() => navigator.clipboard.readText())).toBe(`${base}?aadOptscim062020`);

  const first = await make(app, () => app.getByRole('button', { name: 'New token' }).click(), 'Entra ID');
  expect(first.url).toBe(`${base}?aadOptscim062020`);
  expect(first.token).toMatch(/^pvs_p_/);
  await accessible(app, '[role=dialog]');
  await picture(app, 'provisioning-token');
  await finish(app);
  await expect(app.locator('body')).not.toContainText(first.token);
  const row = region(app, 'Tokens').getByRole('row', { name: /Entra ID/ });
  await expect(row).toContainText('Not used yet');

  const login = `ada.spec.${Date.now()}`;
  const added = await asProvider(request, first.token, 'POST', '/Users?aadOptscim062020', {
    schemas: [userSchema],
    userName: login,
    externalId: login,
    active: true,
    name: { givenName: 'Ada', familyName: 'Provisioned' },
    emails: [{ type: 'work', value: `${login}@example.com` }],
  });
  expect(added.status(), await added.text()).toBe(201);
  const { id } = (await added.json()) as { id: string };
  const group = await asProvider(request, first.token, 'POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Service desk of Contoso',
    members: [{ value: id }],
  });
  expect(group.status(), await group.text()).toBe(201);
  await app.goto(`/admin/people?search=${login}`);
  await expect(app.getByRole('link', { name: /Ada Provisioned/ }).or(app.getByText('Ada Provisioned')).first()).toBeVisible();

  await app.goto(`/admin/people/${id}`);
  await app.getByRole('button', { name: 'Edit' }).first().click();
  const edit = app.getByRole('dialog');
  await expect(edit.getByLabel('E-mail', { exact: true })).not.toBeEditable();
  await expect(edit).toContainText('It comes from Entra ID (SCIM) and cannot be changed here.');
  await edit.getByLabel('E-mail', { exact: true }).scrollIntoViewIfNeeded();
  await accessible(app, '[role=dialog]');
  await picture(app, 'provisioning-email');

  await app.goto(here);
  await expect(row).toContainText('from 127.0.0.1');
  const second = await make(app, () => app.getByRole('button', { name: 'Replace the token Entra ID' }).click());
  expect(second.token).not.toBe(first.token);
  await finish(app);
  await expect(region(app, 'Tokens')).toContainText('Two tokens count already.');
  await expect(app.getByRole('button', { name: /^Replace|^New token/ })).toHaveCount(0);
  for (const { token } of [first, second]) expect((await asProvider(request, token, 'GET', '/Users?count=1')).status()).toBe(200);
  await accessible(app);
  const size = app.viewportSize();
  await app.setViewportSize({ width: 1280, height: 1480 }); // the whole page
  await picture(app, 'provisioning');
  if (size) await app.setViewportSize(size);

  await app.getByRole('button', { name: 'Withdraw the token Entra ID' }).first().click();
  const ask = app.getByRole('dialog', { name: /^Withdraw the token/ });
  await expect(ask).not.toContainText('the only one');
  await ask.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await expect(row).toHaveCount(1);
  expect((await asProvider(request, first.token, 'GET', '/Users?count=1')).status()).toBe(401);
  expect((await asProvider(request, second.token, 'GET', '/Users?count=1')).status()).toBe(200);
  await app.getByRole('button', { name: 'Withdraw the token Entra ID' }).click();
  await expect(ask).toContainText(/It is the only one that counts: nothing keeps \d+ (person|people) and \d+ groups? up to date/);
  await accessible(app, '[role=dialog]');
  await ask.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await expect(app.getByRole('heading', { name: 'Nobody provisions people yet' })).toBeVisible();
  expect((await asProvider(request, second.token, 'GET', '/Users?count=1')).status()).toBe(401);
  await app.request.delete(`${api}/people/${id}`, { headers: same });
});

test('a group gives a role from the page, and one that administers only where that is meant', async ({ app, request }) => {
  const made = await app.request.post(`${api}/scim/tokens`, { data: { label: 'Okta' }, headers: same });
  const { token } = (await made.json()) as { token: string };
  const name = `Agents <b>of</b> spec ${Date.now()}`;
  const person = await asProvider(request, token, 'POST', '/Users', { schemas: [userSchema], userName: `zoe.spec.${Date.now()}`, active: true, name: { familyName: 'Spec' } });
  const { id } = (await person.json()) as { id: string };
  const group = await asProvider(request, token, 'POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: name, members: [{ value: id }] });
  expect(group.status(), await group.text()).toBe(201);
  const roles = async () => {
    const { items } = (await (await app.request.get(`${api}/people/${id}/roles`)).json()) as { items: { role: string }[] };
    return JSON.stringify(items);
  };

  await app.goto(here);
  const row = app.getByRole('row', { name: new RegExp(name.replace(/[<>/]/g, '.')) });
  await expect(row).toContainText('None');
  await row.getByRole('button', { name: `Set the role of ${name}` }).focus();
  await app.keyboard.press('Enter');
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Role', { exact: true }).selectOption('Admin');
  await app.keyboard.press('Control+Enter');
  await expect(panel.getByRole('alert')).toContainText('administers');
  await accessible(app, '[role=dialog]');
  await panel.getByLabel('Role', { exact: true }).selectOption('ServiceDeskAnalyst');
  await app.keyboard.press('Control+Enter');
  await expect(panel).toBeHidden();
  await expect(row).not.toContainText('None');
  expect(await roles()).toContain('ServiceDeskAnalyst');

  await row.getByRole('button', { name: `Set the role of ${name}` }).click();
  await panel.getByLabel('Role', { exact: true }).selectOption('');
  await panel.getByRole('button', { name: 'Set role' }).click();
  await expect(row).toContainText('None');
  expect(await roles()).not.toContain('ServiceDeskAnalyst');
  for (const path of [`/groups/${((await group.json()) as { id: string }).id}`, `/people/${id}`]) await app.request.delete(`${api}${path}`, { headers: same });
});

test('an administrator says with whom provisioned people sign in, and what becomes of those who are removed', async ({ app }) => {
  const made = await app.request.post(`${api}/identity-providers`, { data: { name: `Okta ${Date.now()}`, preset: 'okta' }, headers: same });
  expect(made.status(), await made.text()).toBe(201);
  const { id, name } = (await made.json()) as { id: string; name: string };
  await app.goto(here);
  const card = region(app, 'Who signs in, and who is removed');
  await expect(card).toContainText('Microsoft Entra ID, if exactly one is enabled');
  await expect(card).toContainText('Keep their record, deactivated');
  await card.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog', { name: 'Provisioned people' });
  await panel.getByLabel('Identity provider of provisioned people').selectOption(name);
  await panel.getByLabel('People whom the identity provider removes').selectOption('Erase who they were from it');
  await accessible(app, '[role=dialog]');
  await app.keyboard.press('Control+Enter');
  await expect(panel).toBeHidden();
  await expect(card).toContainText(name);
  await expect(card).toContainText('Erase who they were from it');
  await picture(app, 'provisioning-policy');
  expect(await (await app.request.get(`${api}/scim/policy`)).json()).toEqual({ removed: 'anonymise', identity_provider: id });

  await app.request.delete(`${api}/identity-providers/${id}`, { headers: same });
  await app.reload(); // the choice has gone with the provider
  await expect(card).toContainText('Microsoft Entra ID, if exactly one is enabled');
  await card.getByRole('button', { name: 'Edit' }).click();
  await panel.getByLabel('People whom the identity provider removes').selectOption('Keep their record, deactivated');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(card).toContainText('Keep their record, deactivated');
});

test('what is typed wrong is said at its field, and what cannot be loaded is tried again', async ({ app }) => {
  let broken = true;
  await app.route('**/api/admin/v1/scim/tokens?*', (route) =>
    broken && route.request().method() === 'GET'
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'busy', detail: 'Too much to do.' }) })
      : route.continue(),
  );
  await app.goto(here);
  await expect(app.getByText('Too much to do.')).toBeVisible({ timeout: 20_000 });
  await accessible(app);
  broken = false;
  await app.getByRole('button', { name: 'Try again' }).click();
  await app.getByRole('button', { name: 'New token' }).click();
  const panel = app.getByRole('dialog', { name: 'New token for provisioning' });
  await panel.getByRole('button', { name: 'Make token' }).click();
  await expect(panel.getByRole('alert')).toContainText('Label');
  await panel.getByLabel('Label (required)').fill('a\u202eb');
  await app.keyboard.press('Control+Enter');
  await expect(panel.getByRole('alert')).toContainText('Label');
  await panel.getByLabel('Label (required)').fill('<b>Okta</b>');
  await panel.getByLabel('Expires after').selectOption('Never');
  await app.keyboard.press('Control+Enter');
  await finish(app);
  const row = region(app, 'Tokens').getByRole('row', { name: /<b>Okta<\/b>/ });
  await expect(row).toContainText('Never');
});
