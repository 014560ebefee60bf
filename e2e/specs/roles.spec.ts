import { accessible, expect, picture, test } from './app';

test('a role opens on a page that says what it may do', async ({ app }) => {
  await app.goto('/admin/roles');
  await expect(app.getByRole('link', { name: 'Service Desk Analyst' })).toBeVisible();
  await accessible(app);
  await picture(app, 'roles');
  await app.getByRole('link', { name: 'Service Desk Analyst' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Service Desk Analyst' })).toBeVisible();
  await expect(app.getByRole('table', { name: 'Rights' }).getByRole('row').nth(1)).toBeVisible();
  await accessible(app);
  await picture(app, 'role');
});
