import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

const list = '/admin/app-registrations';

/** Does what curl would, with an API key: nobody's browser. */
async function curl(page: Page, method: string, path: string, data: unknown): Promise<{ RecId?: string; registration?: { id: string } }> {
  const answer = await fetch(new URL(path, test.info().project.use.baseURL ?? page.url()), {
    method,
    headers: { Authorization: `REST ${demo.api_key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(data),
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return answer.status === 204 ? {} : await answer.json();
}

/** Registers an application and returns its id. */
async function register(page: Page, description: string): Promise<string> {
  const made = await curl(page, 'POST', '/api/admin/v1/registrations', { type: 'custom', application: 'Live app', description });
  return made.registration?.id ?? '';
}

/** Opens the list and waits until it follows what changes. */
async function open(page: Page) {
  const following = page.waitForResponse('**/api/me/events*');
  await page.goto(list);
  await page.getByRole('table').waitFor();
  await following;
}

/** The pointer is on nothing of the list. */
const away = (page: Page) => page.mouse.move(5, 5);

test('what curl makes and changes appears in an open list, without loading it again', async ({ app }) => {
  await open(app);
  await app.evaluate(() => Object.assign(window, { same: true }));
  await away(app);
  const mark = `By curl ${Date.now()}`;
  const made = await register(app, `${mark} <b>bold</b>`);
  const row = app.getByRole('row', { name: new RegExp(mark) });
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute('data-live', 'new');
  await expect(app.getByRole('status').filter({ hasText: '1 row new' })).toHaveCount(1);
  await picture(app, 'live-new-row');
  await accessible(app);
  await expect(row).not.toHaveAttribute('data-live', 'new'); // it fades

  await curl(app, 'PATCH', `/api/admin/v1/registrations/${made}`, { description: `${mark} renamed` });
  await expect(app.getByRole('row', { name: `${mark} renamed` })).toHaveAttribute('data-live', 'changed');
  expect(await app.evaluate(() => 'same' in window)).toBe(true);
});

test('no row moves under the pointer or the focus: what is new waits for a click', async ({ app }) => {
  await open(app);
  const first = app.locator('tbody tr').first();
  const before = await first.innerText();
  await first.hover();
  await register(app, 'Held by the pointer');
  const show = app.getByRole('button', { name: '1 new – show' });
  await expect(show).toBeVisible();
  expect(await app.locator('tbody tr').first().innerText()).toBe(before);
  await register(app, 'Held too');
  await expect(app.getByRole('button', { name: '2 new – show' })).toBeVisible();
  await accessible(app);
  await picture(app, 'live-held');
  await app.getByRole('button', { name: '2 new – show' }).click();
  await expect(app.getByRole('row', { name: /Held too/ })).toBeVisible();
  await expect(app.getByRole('button', { name: /new – show/ })).toHaveCount(0);

  await away(app);
  await app.keyboard.press('j'); // somebody is at a row by the keyboard
  const at = await app.locator('tr[data-cursor]').innerText();
  await register(app, 'Held by the cursor');
  await expect(app.getByRole('button', { name: '1 new – show' })).toBeVisible();
  expect(await app.locator('tr[data-cursor]').innerText()).toBe(at);
});

test('who edits is told that somebody else has saved', async ({ app }) => {
  const made = await register(app, 'Edited by two');
  const following = app.waitForResponse('**/api/me/events*');
  await app.goto(`${list}/${made}`);
  await following;
  await app.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Description').fill('What I typed');
  await curl(app, 'PATCH', `/api/admin/v1/registrations/${made}`, { description: 'What they saved', contact: 'them@example.com' });
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeVisible();
  await expect(panel.getByLabel('Description')).toHaveValue('What I typed');
  await accessible(app);
  await picture(app, 'live-changed');
  await panel.getByRole('button', { name: 'Show what they saved' }).click();
  await expect(panel.getByLabel('Description')).toHaveValue('What they saved');
  await expect(panel.getByLabel(/Contact/)).toHaveValue('them@example.com');
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeHidden();
});

test('the bell rings for what is assigned, and is quiet once it was seen', async ({ app }) => {
  await open(app);
  const bell = app.getByRole('button', { name: /^Notifications/ });
  await bell.click();
  await app.getByRole('dialog').getByRole('heading', { name: 'Notifications' }).waitFor();
  await accessible(app);
  await picture(app, 'bell-before');
  await app.keyboard.press('Escape');
  await expect(bell).toBeFocused();
  await expect(bell).toHaveAccessibleName('Notifications');

  const subject = `Printer <i>on fire</i> ${Date.now()}`;
  const made = await curl(app, 'POST', '/api/odata/businessobject/incidents', { Subject: subject, Owner: demo.admin.username });
  await expect(bell).toHaveAccessibleName('Notifications, 1 unread', { timeout: 20_000 });
  await bell.press('Enter');
  const entry = app.getByRole('dialog').getByRole('link', { name: new RegExp(subject.replace(/[<>/]/g, '.')) });
  await expect(entry).toContainText('Assigned to you');
  await expect(entry).toHaveAttribute('href', `/desk/incidents/${made.RecId}`);
  await expect(bell).toHaveAccessibleName('Notifications');
  await accessible(app);
  await picture(app, 'bell');
  await app.reload();
  await app.getByRole('table').waitFor();
  await expect(bell).toHaveAccessibleName('Notifications');
});

test('without a connection the page says how old it is', async ({ app }) => {
  await app.route('**/api/me/events*', (route) => route.abort());
  await app.goto(list);
  await app.getByRole('table').waitFor();
  const says = app.getByText(/Not connected; showing what was there at \d/);
  await expect(says).toBeVisible({ timeout: 15_000 });
  await accessible(app);
  await picture(app, 'live-offline');
  await app.unroute('**/api/me/events*');
  await app.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(says).toBeHidden();
});

test('a session that ends elsewhere ends here within seconds', async ({ app }) => {
  await open(app);
  const ended = await app.request.post('/logout', { maxRedirects: 0 });
  expect(ended.status()).toBeLessThan(400);
  await app.waitForURL(/\/login\?to=/, { timeout: 8000 });
});

test('who edits a group or a record is told at once what somebody else has saved, and loses nothing', async ({ app }) => {
  const same = { 'Sec-Fetch-Site': 'same-origin' };
  const group = await app.request.post('/api/admin/v1/groups', { data: { name: `Two ${Date.now()}` }, headers: same });
  const { id } = (await group.json()) as { id: string };
  let following = app.waitForResponse('**/api/me/events*');
  await app.goto(`/admin/groups/${id}`);
  await following;
  await app.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Description (optional)').fill('mine');
  await curl(app, 'PATCH', `/api/admin/v1/groups/${id}`, { description: 'theirs', external_reference: 'r-1' });
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeVisible();
  await panel.getByRole('button', { name: 'Show what they saved' }).click();
  await expect(panel.getByText('Description: None became theirs')).toBeVisible();
  await expect(panel.getByLabel('External reference (optional)')).toHaveValue('r-1');
  await expect(panel.getByLabel('Description (optional)')).toHaveValue('mine');
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeHidden();
  await panel.getByRole('button', { name: 'Save changes' }).click(); // on top of theirs
  await expect(panel).toBeHidden();

  const made = await curl(app, 'POST', '/api/odata/businessobject/incidents', { Subject: 'Edited by two' });
  following = app.waitForResponse('**/api/me/events*');
  await app.goto(`/desk/incidents/${made.RecId}`);
  await following;
  await app.getByRole('button', { name: 'Edit' }).click();
  await panel.getByLabel('Subject (required)').fill('mine');
  await curl(app, 'PATCH', `/api/odata/businessobject/incidents('${made.RecId}')`, { Subject: 'theirs' });
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeVisible();
  await picture(app, 'live-changed-record');
  await panel.getByRole('button', { name: 'Show what they saved' }).click();
  await expect(panel.getByText(/has changed this record/)).toBeVisible();
  await expect(panel.getByText('Somebody has saved this meanwhile')).toBeHidden();
  await expect(panel.getByLabel('Subject (required)')).toHaveValue('mine');
});
