import AxeBuilder from '@axe-core/playwright';
import { accessible, demo, expect, picture, test } from './app';

test('/docs tells of each operation, and sends what is tried', async ({ app }) => {
  await app.goto('/docs');
  const people = app.locator('#list-people');
  await people.getByText('Try it').click();
  await people.getByRole('textbox', { name: 'search' }).fill('miller');
  await people.getByRole('combobox', { name: 'active' }).selectOption('true');
  await people.getByRole('button', { name: 'Send GET' }).click();
  await expect(people.getByRole('status')).toContainText('200 OK in');
  await expect(people.locator('[data-part=answer]')).toContainText('"items": [');
  await expect(people.locator('[data-part=command]')).toContainText("/api/admin/v1/people?search=miller&active=true'");
  await people.scrollIntoViewIfNeeded();
  await accessible(app, '#list-people');
  await picture(app, 'docs');

  const team = app.locator('#create-team');
  await team.getByText('Try it').click();
  await team.getByRole('textbox', { name: 'Body' }).fill(`{"name":"It's tried ${Date.now()}"}`);
  await team.getByRole('button', { name: 'Send POST' }).click();
  await expect(team.getByRole('status')).toContainText('201');
  await expect(team.locator('[data-part=command]')).toContainText(`-d '{"name":"It'\\''s tried`);

  await team.getByRole('textbox', { name: 'Body' }).fill('{');
  await team.getByRole('button', { name: 'Send POST' }).click();
  await expect(team.getByRole('status')).toContainText('400');
});

test('/docs says what is missing to whoever is not signed in, and takes a credential', async ({ page, request }) => {
  await page.goto('/docs');
  const operation = page.locator('#get-own-tenant');
  await operation.getByText('Try it').click();
  await operation.getByRole('button', { name: 'Send GET' }).click();
  await expect(operation.getByRole('status')).toContainText('401');
  await expect(operation.locator('[data-part=answer]')).toContainText('give a credential at the top of this page');

  await page.getByLabel('Credential for what you try here').fill(demo.api_key);
  await operation.getByRole('button', { name: 'Send GET' }).click();
  await operation.getByRole('button', { name: 'Send GET' }).click();
  await expect(operation.getByRole('status')).toContainText('200');
  await expect(operation.locator('[data-part=answer]')).toContainText('"base_url"');
  await expect(operation.locator('[data-part=command]')).not.toContainText(demo.api_key);
  expect((await request.get('/docs/page.js')).headers()['content-type']).toContain('text/javascript');
});

test('/docs is whole without JavaScript', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: 'List and search people' })).toBeVisible();
  await expect(page.getByText('Try it').first()).toBeHidden();
  await context.close();
});

test('/docs calls no two of its parts the same', async ({ page }) => {
  await page.goto('/docs');
  const { violations } = await new AxeBuilder({ page }).withRules(['landmark-unique', 'landmark-no-duplicate-banner']).analyze();
  expect(violations.flatMap((v) => v.nodes.map((n) => n.html))).toEqual([]);
});
