import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

const same = { 'Sec-Fetch-Site': 'same-origin' };
const api = '/api/admin/v1';

/** Makes something by an API and returns the member of the answer that names it. */
async function make(app: Page, path: string, data: unknown, key = 'id'): Promise<string> {
  const answer = await app.request.post(path, { data, headers: same });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as Record<string, string>)[key] ?? '';
}

/** Deletes behind the page's back, as another administrator would. */
async function remove(app: Page, path: string) {
  const answer = await app.request.delete(path, { headers: same });
  expect(answer.ok(), await answer.text()).toBe(true);
}

const panel = (app: Page, name: string | RegExp) => app.getByRole('dialog', { name });

test('a group that somebody deletes while it is edited is made anew, with what was typed', async ({ app }) => {
  const name = `Gone <b>group</b> ${Date.now()}`;
  const id = await make(app, `${api}/groups`, { name });
  await app.goto(`/admin/groups/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  const edit = panel(app, 'Edit group');
  await edit.getByLabel('Description').fill('typed by me');
  await remove(app, `${api}/groups/${id}`);
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(edit.getByRole('alert')).toContainText('This was deleted meanwhile');
  await expect(edit.getByLabel('Description')).toHaveValue('typed by me');
  await accessible(app);
  await picture(app, 'deleted-group');
  await edit.getByRole('button', { name: 'Make it anew' }).click();
  await expect(edit).toBeHidden();
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(app.getByText('typed by me')).toBeVisible();
  expect(new URL(app.url()).pathname).not.toContain(id);
});

test('closing the panel of what is gone leads to a page that says so', async ({ app }) => {
  const id = await make(app, `${api}/groups`, { name: `Closed ${Date.now()}` });
  await app.goto(`/admin/groups/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  const edit = panel(app, 'Edit group');
  await edit.getByLabel('Description').fill('typed by me');
  await remove(app, `${api}/groups/${id}`);
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await edit.getByRole('button', { name: 'Close' }).last().click();
  await app.getByRole('button', { name: 'Discard' }).click();
  await expect(app.getByRole('heading', { name: 'There is no such thing' })).toBeVisible();
});

test('a team, a person and a registration that are gone say so, and keep what was typed', async ({ app }) => {
  const name = `gone${Date.now()}`;
  const team = await make(app, `${api}/teams`, { name });
  await app.goto(`/admin/teams/${team}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  await panel(app, 'Edit team').getByLabel('Description').fill('typed by me');
  await remove(app, `${api}/teams/${team}`);
  await panel(app, 'Edit team').getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert', { name: 'This was deleted meanwhile' })).toContainText('This was deleted meanwhile');
  await app.getByRole('button', { name: 'Make it anew' }).click();
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(app.getByText('typed by me')).toBeVisible();

  const person = await make(app, `${api}/people`, { login: name, first_name: 'Gone', role: 'SelfService' });
  await app.goto(`/admin/people/${person}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  await app.getByRole('dialog').getByLabel('Job title').fill('typed by me');
  await remove(app, `${api}/people/${person}`);
  await app.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert', { name: 'This was deleted meanwhile' })).toContainText('copy what you need');
  await expect(app.getByRole('dialog').getByLabel('Job title')).toHaveValue('typed by me');
  await expect(app.getByRole('button', { name: /Save changes|Make it anew/ })).toHaveCount(0);
  await picture(app, 'deleted-person');

  const made = await app.request.post(`${api}/registrations`, { data: { type: 'custom', application: 'Gone' }, headers: same });
  const { id } = ((await made.json()) as { registration: { id: string } }).registration;
  await app.goto(`/admin/app-registrations/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  await app.getByRole('dialog').getByLabel('Description').fill('typed by me');
  await remove(app, `${api}/registrations/${id}`);
  await app.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert', { name: 'This was deleted meanwhile' })).toContainText('This was deleted meanwhile');
});

test('a role that is gone is made anew by its editor', async ({ app }) => {
  const name = `Gone${Date.now()}`;
  const put = await app.request.put(`${api}/roles/${name}`, { data: { label: name, rights: { Problem: { read: 'all' } } }, headers: same });
  expect(put.ok(), await put.text()).toBe(true);
  await app.goto(`/admin/role-editor?name=${name}`);
  await app.getByLabel('Description').fill('typed by me');
  await remove(app, `${api}/roles/${name}`);
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('alert').first()).toContainText('This was deleted meanwhile');
  await expect(app.getByLabel('Description')).toHaveValue('typed by me');
  await app.getByRole('button', { name: 'Make it anew' }).click();
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(app.getByText('typed by me')).toBeVisible();
  await remove(app, `${api}/roles/${name}`);
});

test('a record that is deleted under an open panel keeps the panel, and is made anew', async ({ app }) => {
  const odata = '/api/odata/businessobject/incidents';
  const subject = `Gone record ${Date.now()}`;
  const headers = { Authorization: `REST ${demo.api_key}`, ...same };
  const made = await app.request.post(odata, { data: { Subject: subject, Symptom: 'as it was' }, headers });
  const id = ((await made.json()) as { RecId: string }).RecId;
  const following = app.waitForResponse('**/api/me/events*');
  await app.goto(`/desk/incidents/${id}`);
  await following;
  await app.getByRole('button', { name: 'Edit' }).click();
  const edit = app.getByRole('dialog', { name: /^Edit/ });
  await edit.getByLabel('Subject').fill(`${subject} typed`);
  const told = app.waitForResponse((r) => r.url().includes(id) && r.status() >= 400); // the page hears of it by itself
  expect((await app.request.delete(`${odata}('${id}')`, { headers })).ok()).toBe(true);
  await told;
  await expect(edit.getByLabel('Subject')).toHaveValue(`${subject} typed`);
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(edit.getByRole('alert')).toContainText('This was deleted meanwhile');
  await picture(app, 'deleted-record');
  await edit.getByRole('button', { name: 'Make it anew' }).click();
  await expect(edit).toBeHidden();
  await expect(app.getByRole('heading', { level: 1, name: new RegExp(`${subject} typed`) })).toBeVisible();
  await expect(app.getByText('as it was').first()).toBeVisible();
  expect(app.url()).not.toContain(id);

  await app.getByRole('button', { name: 'Edit' }).click();
  const again = new URL(app.url()).pathname.split('/').pop();
  await app.getByRole('dialog').getByLabel('Subject').fill('lost');
  expect((await app.request.delete(`${odata}('${again}')`, { headers })).ok()).toBe(true);
  await app.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await app.getByRole('button', { name: 'Discard' }).click();
  await expect(app.getByText('There is no such incident')).toBeVisible();
});
