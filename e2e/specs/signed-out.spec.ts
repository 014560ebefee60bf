import { accessible, demo, expect, picture, test } from './app';

test('when the session ends, what was typed stays, and goes on after signing in again', async ({ app }) => {
  const name = `Typed before ${Date.now()}`;
  await app.goto('/admin/teams');
  await app.getByRole('button', { name: 'New team' }).click();
  await app.getByLabel('Name (required)').fill(name);
  await app.context().clearCookies();
  await app.keyboard.press('Control+Enter');
  const dialog = app.getByRole('dialog', { name: 'You are signed out' });
  await expect(dialog).toContainText('what you have typed is still there');
  await accessible(app);
  await picture(app, 'signed-out');

  const [other] = await Promise.all([app.context().waitForEvent('page'), dialog.getByRole('link', { name: 'Sign in in a new tab' }).click()]);
  await other.getByLabel('User name').fill(demo.admin.username);
  await other.getByLabel('Password').fill(demo.admin.password);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other.getByRole('heading', { level: 1 })).toContainText('Welcome');
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
});

test('where nothing was typed, the way to sign in is taken at once, and leads back', async ({ app }) => {
  await app.goto('/admin/teams');
  await app.getByRole('link', { name: 'IT Support', exact: true }).waitFor();
  await app.context().clearCookies();
  await app.getByRole('link', { name: 'IT Support', exact: true }).click();
  await app.waitForURL(/\/login\?to=%2Fadmin%2Fteams/);
});
