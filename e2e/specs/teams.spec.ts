import { accessible, demo, expect, picture, test } from './app';

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

  await app.getByRole('button', { name: 'Add member' }).click();
  const panel = app.getByRole('dialog', { name: 'Add a member' });
  await panel.getByRole('button', { name: 'Add member' }).click();
  await expect(panel.getByRole('alert')).toContainText('Choose a person.');
  await panel.getByRole('combobox', { name: /^Person/ }).fill(demo.agent.username);
  await app.getByRole('option', { name: /Andrea Agent/ }).click();
  await panel.getByRole('button', { name: 'Add member' }).click();
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
