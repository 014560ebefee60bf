import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, test } from './app';

const same = { 'Sec-Fetch-Site': 'same-origin' };

/** Makes a group by the API. */
async function group(app: Page, name: string): Promise<string> {
  const answer = await app.request.post('/api/admin/v1/groups', { data: { name }, headers: same });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

test('the page of groups says what it is for before there are any', async ({ app }) => {
  await app.route('**/api/admin/v1/groups?*', (route) => route.fulfill({ json: { items: [] } }));
  await app.goto('/admin/groups');
  await expect(app.getByRole('heading', { name: 'There are no groups' })).toBeVisible();
  await accessible(app);
  await picture(app, 'groups-empty');
});

test('what goes wrong is said, and tried again', async ({ app }) => {
  let broken = true;
  await app.route('**/api/admin/v1/groups?*', (route) =>
    broken
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'busy', detail: 'Too much to do.' }) })
      : route.continue(),
  );
  await app.goto('/admin/groups');
  await expect(app.getByText('Too much to do.')).toBeVisible({ timeout: 20_000 });
  broken = false;
  await app.getByRole('button', { name: 'Try again' }).click();
  await expect(app.getByText('Too much to do.')).toBeHidden();
});

test('a group is made, filled with several people at once, edited and deleted', async ({ app }) => {
  const name = `Group <b>of</b> spec ${Date.now()}`;
  await app.goto('/admin/groups');
  await app.getByRole('heading', { level: 1, name: 'Groups' }).waitFor();
  await app.keyboard.press('c');
  const panel = app.getByRole('dialog', { name: 'New group' });
  await panel.getByRole('button', { name: 'Create group' }).click();
  await expect(panel.getByRole('alert')).toContainText('Name');
  await panel.getByLabel('Name (required)').fill('\u202Ereversed');
  await panel.getByRole('button', { name: 'Create group' }).click();
  await expect(panel.getByRole('alert')).toContainText('direction of writing');
  await panel.getByLabel('Name (required)').fill(name);
  await panel.getByLabel('Description').fill('x'.repeat(10_000));
  await panel.getByRole('button', { name: 'Create group' }).click();
  await expect(panel.getByRole('alert')).toContainText('2550');
  expect(await panel.getByLabel('Description').inputValue()).toHaveLength(10_000); // nothing is cut
  await panel.getByLabel('Description').fill('People who like specs');
  await picture(app, 'group-new');
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(app.getByText('Nobody is in this group.')).toBeVisible();

  await app.getByRole('button', { name: 'Add members' }).click();
  const adding = app.getByRole('dialog', { name: 'Add members to the group' });
  for (const login of [demo.agent.username, demo.admin.username]) {
    await adding.getByRole('combobox', { name: 'People' }).fill(login);
    await app.getByRole('option', { name: new RegExp(`\\(${login}`) }).click();
  }
  await adding.getByRole('button', { name: 'Add members' }).click();
  await expect(adding.getByText('Done: 2.')).toBeVisible();
  await picture(app, 'group-added');
  await adding.getByRole('button', { name: 'Close' }).last().click();
  const members = app.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('row')).toHaveCount(3);
  await expect(app.getByRole('region', { name: 'Facts' })).toContainText('2');
  await accessible(app);
  await picture(app, 'group');

  await app.getByRole('button', { name: 'Edit' }).click();
  const edit = app.getByRole('dialog', { name: 'Edit group' });
  await edit.getByLabel('External reference').fill('7d2f');
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('region', { name: 'Facts' })).toContainText('7d2f');

  await members.getByRole('link', { name: 'Andrea Agent' }).click();
  await expect(app.getByRole('region', { name: 'Groups' }).getByRole('link', { name })).toBeVisible();
  await app.goBack();
  await members.getByRole('button', { name: 'Remove: Andrea Agent' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(members.getByRole('row')).toHaveCount(2);

  await app.getByRole('button', { name: 'Delete' }).click();
  const erase = app.getByRole('dialog', { name: /^Delete the group/ });
  await expect(erase).toContainText('It has 1 member');
  await expect(erase.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await erase.getByRole('textbox').fill(name);
  await erase.getByRole('button', { name: 'Delete' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Groups' })).toBeVisible();
  await app.getByRole('searchbox', { name: 'Search' }).fill(name);
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('two people save the same group: nobody loses what they typed', async ({ app }) => {
  const id = await group(app, `Two of spec ${Date.now()}`);
  await app.goto(`/admin/groups/${id}`);
  await app.getByRole('button', { name: 'Edit' }).click();
  const edit = app.getByRole('dialog', { name: 'Edit group' });
  await edit.getByLabel('Description').fill('mine');
  await app.request.patch(`/api/admin/v1/groups/${id}`, { data: { description: 'theirs' }, headers: same });
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(edit.getByText('Description: None became theirs')).toBeVisible();
  await expect(edit.getByText('You have typed something else; it is kept.')).toBeVisible();
  await expect(edit.getByLabel('Description')).toHaveValue('mine');
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(edit).toBeHidden();
  await expect(app.getByText('mine', { exact: true })).toBeVisible();
});

test('groups are listed with how many are in them', async ({ app }) => {
  const name = `Listed ${Date.now()}`;
  await group(app, name);
  await app.goto(`/admin/groups?search=${encodeURIComponent(name)}`);
  await expect(app.getByRole('row', { name: new RegExp(name) })).toContainText('0');
  await accessible(app);
  await picture(app, 'groups');
});
