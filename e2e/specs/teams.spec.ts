import { accessible, demo, expect, picture, test } from './app';

/** What the browser says of a request that the page itself makes. */
const same = { 'Sec-Fetch-Site': 'same-origin' };

test('teams are listed and searched', async ({ app }) => {
  await app.goto('/admin/teams');
  await expect(app.getByRole('link', { name: 'IT Support', exact: true })).toBeVisible();
  await accessible(app);
  await picture(app, 'teams');
  await app.goto('/admin/teams?active=false&search=IT%20Support');
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('a team is made, gets and loses a member, and is deleted when nobody is in it', async ({ app }) => {
  const name = `Team of spec ${Date.now()}`;
  await app.goto('/admin/teams');
  await app.getByRole('button', { name: 'New team' }).click();
  await app.getByLabel('Name (required)').fill(name);
  await app.getByLabel('Description').fill('Made by a spec');
  await picture(app, 'team-new');
  await app.getByRole('button', { name: 'Create team' }).click();
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(app.getByText('Nobody is in this team.')).toBeVisible();

  await app.getByRole('button', { name: 'Add members' }).click();
  const panel = app.getByRole('dialog', { name: 'Add members to the team' });
  await expect(panel.getByRole('button', { name: 'Add members' })).toBeDisabled();
  await panel.getByRole('combobox', { name: 'People' }).fill(demo.agent.username);
  await app.getByRole('option', { name: /Andrea Agent/ }).click();
  await picture(app, 'team-add');
  await panel.getByRole('button', { name: 'Add members' }).click();
  await expect(panel.getByText('1 of 1')).toBeVisible();
  await accessible(app);
  await panel.getByRole('button', { name: 'Close' }).last().click();
  const members = app.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('link', { name: 'Andrea Agent' })).toBeVisible();
  await accessible(app);
  await picture(app, 'team');

  const erase = async () => {
    await app.getByRole('button', { name: 'Delete' }).click();
    await app.getByLabel(`Type ${name} to confirm`).fill(name);
    await app.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  };
  await erase();
  await expect(app.getByRole('dialog').getByRole('alert').last()).toContainText('take them out first');
  await app.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

  await members.getByRole('button', { name: 'Remove: Andrea Agent' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(app.getByText('Nobody is in this team.')).toBeVisible();
  await erase();
  await expect(app.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible();
  await app.getByRole('searchbox', { name: 'Search' }).fill(name);
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('a team is edited, and what somebody else saved meanwhile is shown without losing what was typed', async ({ app }) => {
  const name = `Edited team ${Date.now()}`;
  const made = await app.request.post('/api/admin/v1/teams', { data: { name, email: 'first@example.com' }, headers: same });
  const { id } = await made.json();
  await app.goto(`/admin/teams/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  const panel = app.getByRole('dialog', { name: 'Edit team' });
  await panel.getByLabel('Description').fill('Typed by me\non two lines');
  await panel.getByLabel('E-mail').fill('mine@example.com');
  await panel.getByRole('combobox', { name: 'Manager' }).fill(demo.agent.username);
  await app.getByRole('option', { name: /Andrea Agent/ }).click();
  await panel.getByRole('combobox', { name: 'Organisational unit' }).click();
  await app.getByRole('option', { name: 'Corporate', exact: true }).click();

  const other = await app.request.patch(`/api/admin/v1/teams/${id}`, { data: { email: 'theirs@example.com', phone: '123' }, headers: same });
  expect(other.status()).toBe(200);
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByRole('alert')).toContainText('Somebody else has changed it');
  const theirs = panel.getByText('Changed meanwhile by somebody else').locator('xpath=ancestor::*[@role="status"]');
  await expect(theirs).toContainText('E-mail: first@example.com became theirs@example.com');
  await expect(theirs).toContainText('Phone: None became 123');
  await expect(panel.getByLabel('E-mail')).toHaveValue('mine@example.com');
  await expect(panel.getByLabel('Phone')).toHaveValue('123');
  await accessible(app);
  await picture(app, 'team-conflict');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel).toBeHidden();
  await expect(app.getByText('mine@example.com')).toBeVisible();
  await expect(app.getByRole('region', { name: 'Facts' })).toContainText('Andrea Agent');
  const now = await (await app.request.get(`/api/admin/v1/teams/${id}`)).json();
  expect(now).toMatchObject({ phone: '123', email: 'mine@example.com', manager: demo.agent.username });
});
