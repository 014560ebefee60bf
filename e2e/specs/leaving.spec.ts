import { accessible, demo, expect, signIn, test } from './app';

test('what was typed is not thrown away by going elsewhere, unless one wants that', async ({ app }) => {
  await app.goto('/admin/teams');
  await app.getByRole('link', { name: 'Groups' }).click();
  await app.getByRole('button', { name: 'New group' }).first().click();
  const name = app.getByLabel('Name (required)');
  await name.fill('Not yet saved');
  await app.goBack();
  const question = app.getByRole('dialog', { name: 'Discard what you typed?' });
  await expect(question).toBeVisible();
  await accessible(app);
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(name).toHaveValue('Not yet saved');
  await app.goBack();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible();

  await app.goto('/settings/appearance');
  await app.getByRole('textbox', { name: /^Name/ }).fill('Another name');
  await app.getByRole('link', { name: 'Teams' }).click();
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(app.getByRole('textbox', { name: /^Name/ })).toHaveValue('Another name');
});

test('nothing that is pasted is cut: what is too long is said', async ({ app }) => {
  const long = 'x'.repeat(10_000);
  await app.goto('/admin/teams');
  await app.getByRole('button', { name: 'New team' }).first().click();
  const name = app.getByLabel('Name (required)');
  await name.fill(long);
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('dialog', { name: 'New team' }).getByRole('alert')).toContainText('255');
  await expect(name).toHaveValue(long);
});

test('each page has a title of its own', async ({ app }) => {
  await app.goto('/admin/teams');
  await expect(app).toHaveTitle(/^Teams · /);
  await app.getByRole('link', { name: 'IT Support', exact: true }).click();
  await expect(app).toHaveTitle(/^IT Support · Teams · /);
  await app.goto('/settings/security');
  await expect(app).toHaveTitle(/^Security · /);
  await app.goto('/');
  await expect(app).toHaveTitle(/^Home · /);
});

test('without the network the app stays, and goes on when it is back', async ({ app }) => {
  await app.goto('/admin/groups');
  await expect(app.getByRole('heading', { level: 1, name: 'Groups' })).toBeVisible();
  await app.context().setOffline(true);
  await app.getByRole('link', { name: 'Signing keys' }).click();
  await expect(app.getByRole('link', { name: 'Signing keys' })).toBeVisible();
  await app.context().setOffline(false);
  await expect(app.getByRole('heading', { level: 1, name: 'Signing keys' })).toBeVisible();
});

test('whoever may not open a page gets none of it, and whoever finds nothing is told so', async ({ page }) => {
  await signIn(page, demo.agent);
  for (const path of ['/admin/role-editor', '/admin/groups', '/settings/security', '/tenants']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: 'You may not open this page' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^(New|Create)/ })).toHaveCount(0);
  }
  const answer = await page.goto('/nonsense');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing at this address' })).toBeVisible();
  await accessible(page);
});
