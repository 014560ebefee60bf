import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

const same = { 'Sec-Fetch-Site': 'same-origin' };

/** Makes a person by the API. */
async function person(app: Page, login: string, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await app.request.post('/api/admin/v1/people', { data: { login, role: 'SelfService', ...more }, headers: same });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

test('people are found by a search that stands in the address, and filtered', async ({ app }) => {
  await app.goto('/admin/people');
  const table = app.getByRole('table', { name: 'People' });
  await expect(table.getByRole('row').nth(2)).toBeVisible();
  await accessible(app);
  await picture(app, 'people');
  await app.getByRole('searchbox', { name: 'Search' }).fill(demo.agent.username);
  await expect(app).toHaveURL(new RegExp(`search=${demo.agent.username}`));
  await expect(table.getByRole('link', { name: 'Andrea Agent' })).toBeVisible();
  await app.goto('/admin/people?active=false&search=Andrea');
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('a person is made, gets roles, is kept out, and each link is shown once', async ({ app }) => {
  const login = `spec${Date.now()}`;
  await app.goto('/admin/people');
  await app.getByRole('button', { name: 'New person' }).first().click();
  await expect(app.getByRole('dialog')).toBeVisible();
  await app.getByLabel('First name').fill('Berta');
  await app.getByLabel('Last name').fill('Brandt');
  await picture(app, 'person-new');
  await app.getByRole('button', { name: 'Create person' }).click();
  await expect(app.getByRole('dialog').getByRole('alert')).toContainText('Login');
  await app.getByLabel('Login').fill(login);
  await app.getByRole('combobox', { name: /^Role/ }).selectOption('Self Service');
  await app.getByRole('button', { name: 'Create person' }).click();

  const link = app.getByRole('dialog', { name: 'Setup link' });
  await expect(link).toContainText('/set-password');
  await expect(link.getByRole('button', { name: 'Finish and close' })).toBeDisabled();
  await picture(app, 'person-link');
  await link.getByLabel('I have stored it').check();
  await link.getByRole('button', { name: 'Finish and close' }).click();
  await expect(app.getByText('/set-password')).toHaveCount(0);

  await app.goto(`/admin/people?search=${login}`);
  await app.getByRole('link', { name: 'Berta Brandt' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Berta Brandt' })).toBeVisible();
  const roles = app.getByRole('region', { name: 'Roles' });
  await expect(roles.getByRole('listitem')).toHaveCount(1);
  await roles.getByRole('button', { name: 'Grant role' }).click();
  const panel = app.getByRole('dialog', { name: 'Grant a role' });
  await panel.getByLabel('Role', { exact: true }).selectOption('Service Desk Analyst');
  await panel.getByRole('button', { name: 'Grant role' }).click();
  await expect(roles.getByRole('listitem')).toHaveCount(2);
  await roles.getByRole('button', { name: 'Make default: Service Desk Analyst' }).click();
  await expect(roles.getByRole('listitem').filter({ hasText: 'By default' })).toContainText('Service Desk Analyst');

  await app.getByLabel('Rights in role').selectOption('Service Desk Analyst');
  const rights = app.getByRole('table', { name: 'What this person may do' });
  await expect(rights.getByRole('row', { name: /^Incident/ })).toContainText('All');
  await app.getByLabel('Find an object').fill('problem');
  await expect(rights.getByRole('row').nth(1)).toContainText('Problem');
  await app.getByLabel('Find an object').fill('');
  await accessible(app);
  await picture(app, 'person');

  await roles.getByRole('button', { name: 'Revoke: Self Service' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(roles.getByRole('listitem')).toHaveCount(1);

  await app.getByRole('button', { name: 'Deactivate' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await expect(app.getByText('May not sign in')).toBeVisible();
  await app.getByRole('button', { name: 'Activate' }).click();
  await expect(app.getByText('May sign in', { exact: true })).toBeVisible();

  await app.getByRole('button', { name: 'New setup link' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Make link' }).click();
  await expect(link).toContainText('/set-password');
});

test('what this page may not do says why', async ({ app }) => {
  const people = await (await app.request.get(`/api/admin/v1/people?login=${demo.admin.username}`)).json();
  await app.goto(`/admin/people/${people.items[0].id}`);
  await app.getByRole('button', { name: /^Revoke: Administrator/ }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(app.getByRole('dialog').getByRole('alert').last()).toContainText(/administrator/i);
});

test('a person is edited; what somebody else saved meanwhile is shown, and nothing typed is lost', async ({ app }) => {
  const login = `edited${Date.now()}`;
  const id = await person(app, login, { first_name: 'Ernst', last_name: 'Edited', title: 'Engineer' });
  await app.goto(`/admin/people/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog', { name: 'Edit person' });
  await panel.getByLabel('E-mail').fill('nowhere');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByRole('alert')).toContainText('E-mail');
  await panel.getByLabel('E-mail').fill('ernst@example.com');
  await panel.getByLabel('Middle name').fill('\u202Eevil');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByRole('alert')).toContainText('direction of writing');
  await panel.getByLabel('Middle name').fill('<b>Maria</b>');
  await panel.getByLabel('Job title').fill('x'.repeat(10_000));
  expect(await panel.getByLabel('Job title').inputValue()).toHaveLength(10_000); // nothing is cut: it is refused
  await panel.getByLabel('Job title').fill('Typed by me');
  await panel.getByRole('combobox', { name: 'Manager' }).fill(demo.agent.username);
  await app.getByRole('option', { name: /Andrea Agent/ }).click();
  await panel.getByRole('combobox', { name: 'Location' }).click();
  await app.getByRole('option', { name: 'Headquarters', exact: true }).click();
  await panel.getByRole('combobox', { name: 'Organisational unit' }).click();
  await app.getByRole('option', { name: 'Corporate', exact: true }).click();
  await panel.getByRole('combobox', { name: 'Team' }).selectOption('IT Support');
  await panel.getByLabel('May sign in with an identity provider').check();
  await accessible(app);
  await picture(app, 'person-edit');

  await app.request.patch(`/api/admin/v1/people/${id}`, { data: { title: 'Saved by them', phone: '123' }, headers: same });
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByText('Job title: Engineer became Saved by them')).toBeVisible();
  await expect(panel.getByText('Phone: None became 123').first()).toBeVisible();
  await expect(panel.getByLabel('Job title')).toHaveValue('Typed by me');
  await picture(app, 'person-conflict');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel).toBeHidden();
  await expect(app.getByRole('heading', { level: 1, name: 'Ernst <. Edited' })).toBeVisible();
  const now = await (await app.request.get(`/api/admin/v1/people/${id}`)).json();
  expect(now).toMatchObject({ title: 'Typed by me', phone: '123', location: 'Headquarters', team: 'IT Support', manager_name: 'Andrea Agent', external_sign_in: true });
});

test('leaving the panel asks when something was typed', async ({ app }) => {
  const id = await person(app, `leaving${Date.now()}`);
  await app.goto(`/admin/people/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  await app.getByLabel('First name').fill('Half');
  await app.keyboard.press('Escape');
  await expect(app.getByRole('dialog', { name: 'Discard what you typed?' })).toBeVisible();
  await app.getByRole('button', { name: 'Keep editing' }).click();
  await expect(app.getByLabel('First name')).toHaveValue('Half');
});

test('many people are changed at once, and each refusal has its reason', async ({ app }) => {
  const word = `Bulk${Date.now()}`;
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await person(app, `${word.toLowerCase()}${n}`, { last_name: `${word} ${n}` }));
  await app.goto(`/admin/people?search=${word}`);
  const table = app.getByRole('table', { name: 'People' });
  await expect(table.getByRole('row')).toHaveCount(4);
  const choose = async (act: string) => {
    await app.getByRole('checkbox', { name: 'Select all that are shown' }).setChecked(true);
    await app.getByRole('button', { name: 'Actions' }).click();
    await app.getByRole('menuitem', { name: act }).click();
  };
  await choose('Put into a team');
  let dialog = app.getByRole('dialog', { name: 'Put 3 people into a team' });
  await expect(dialog.getByRole('button', { name: 'Put into a team' })).toBeDisabled();
  await dialog.getByRole('combobox').selectOption('Service Desk');
  await accessible(app);
  await picture(app, 'people-bulk');
  await dialog.getByRole('button', { name: 'Put into a team' }).click();
  await expect(dialog.getByText('Done: 3.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(table.getByRole('cell', { name: 'Service Desk' })).toHaveCount(3);

  await choose('Grant a role');
  dialog = app.getByRole('dialog', { name: 'Grant 3 people a role' });
  await dialog.getByRole('combobox').selectOption('Report Manager');
  await app.request.delete(`/api/admin/v1/people/${ids[1]}`, { headers: same }); // behind our back, while the dialog asks
  await dialog.getByRole('button', { name: 'Grant a role' }).click();
  await expect(dialog.getByText('Done: 2.')).toBeVisible();
  await expect(dialog.getByRole('alert')).toContainText(`${word} 2: There is no person`);
  await accessible(app);
  await picture(app, 'people-bulk-refused');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(table.getByRole('row')).toHaveCount(3);

  await app.goto(`/admin/people?search=${word}&role=ReportManager`);
  await expect(table.getByRole('row')).toHaveCount(3);
  await choose('Deactivate');
  await app.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await expect(app.getByRole('dialog').getByText('Done: 2.')).toBeVisible();
  await app.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await expect(table.getByRole('cell', { name: 'Not allowed' })).toHaveCount(2);
});

test('a person is deleted after it was said what goes with them', async ({ app }) => {
  const login = `deleted${Date.now()}`;
  const id = await person(app, login, { name: `Doomed ${login}` });
  const key = await app.request.post('/api/admin/v1/keys', { data: { role: 'SelfService', on_behalf_of: login, description: `Key of ${login}` }, headers: same });
  expect(key.status(), await key.text()).toBe(201);
  await app.goto(`/admin/people/${id}`);
  const acting = app.getByRole('table', { name: 'Keys that act for them' });
  await expect(acting.getByRole('row', { name: new RegExp(`Key of ${login}`) })).toContainText('SelfService');
  await app.getByRole('button', { name: 'More acts' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = app.getByRole('dialog', { name: `Delete Doomed ${login}?` });
  await expect(dialog).toContainText('Self Service');
  await expect(dialog).toContainText('Counting no longer: 1 key or registration.');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await accessible(app);
  await picture(app, 'person-delete');
  await dialog.getByRole('textbox').fill(`Doomed ${login}`);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
  expect((await app.request.get(`/api/admin/v1/people/${id}`)).status()).toBe(404);
});

test('whether somebody may do something is answered with the reason', async ({ app }) => {
  const people = await (await app.request.get(`/api/admin/v1/people?login=${demo.agent.username}`)).json();
  await app.goto(`/admin/people/${people.items[0].id}`);
  const card = app.getByRole('region', { name: 'Ask' });
  await card.getByRole('button', { name: 'Ask' }).click();
  await expect(card.getByText('Choose an object.')).toBeVisible();
  await card.getByLabel('Act', { exact: true }).selectOption('Update');
  await card.getByRole('combobox', { name: 'Object' }).fill('incident');
  await app.getByRole('option', { name: 'Incident (Incident)', exact: true }).click();
  await card.getByRole('button', { name: 'Ask' }).click();
  const answer = card.getByRole('status', { name: 'Ask' });
  await expect(answer.getByText('Yes').first()).toBeVisible();
  await expect(answer).toContainText('by its entry for Incident');
  await accessible(app);
  await picture(app, 'person-ask');
  await card.getByLabel('Record').fill('999999999');
  await card.getByRole('button', { name: 'Ask' }).click();
  await expect(answer).toContainText('There is no such record.');
  await card.getByLabel('Act', { exact: true }).selectOption('Delete');
  await card.getByLabel('Record').fill('');
  await card.getByRole('button', { name: 'Ask' }).click();
  await expect(answer).toContainText('No');
});
