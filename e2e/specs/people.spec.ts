import { accessible, demo, expect, picture, test } from './app';

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
