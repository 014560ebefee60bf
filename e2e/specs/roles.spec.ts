import { accessible, expect, picture, test } from './app';

const same = { 'Sec-Fetch-Site': 'same-origin' };

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

test('a role is made, shows what it would allow while it is typed, is edited and deleted', async ({ app }) => {
  const name = `Spec${Date.now()}`;
  await app.goto('/admin/roles');
  await app.getByRole('button', { name: 'New role' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'New role' })).toBeVisible();
  await app.getByRole('button', { name: 'Create role' }).click();
  await expect(app.getByRole('alert').first()).toContainText('Give it a name.');
  await app.getByLabel('Name (required)').fill('SelfService');
  await app.getByRole('button', { name: 'Create role' }).click();
  await expect(app.getByRole('alert').first()).toContainText('There is a role SelfService already.');
  await app.getByLabel('Name (required)').fill('9 <b>');
  await app.getByRole('button', { name: 'Create role' }).click();
  await expect(app.getByRole('alert').first()).toContainText('begins with a letter');
  await app.getByLabel('Name (required)').fill(name);
  await app.getByLabel('Label').fill(`Role of ${name}`);
  await app.getByRole('combobox', { name: 'Includes' }).fill('Self');
  await app.getByRole('option', { name: 'Self Service' }).click();
  await app.keyboard.press('Escape');

  const add = app.getByRole('combobox', { name: 'Add an object' });
  await add.fill('incident');
  await app.getByRole('option', { name: 'Incident (Incident)', exact: true }).click();
  await app.getByLabel('Read: Incident').selectOption('team');
  await app.getByLabel('Update: Incident').check();
  await app.getByRole('button', { name: 'Fields: Incident' }).click();
  const fields = app.getByRole('dialog', { name: 'Fields of Incident' });
  await fields.getByRole('combobox', { name: 'Hidden' }).fill('CostPer');
  await app.getByRole('option', { name: /^CostPerMinute/ }).click();
  await app.keyboard.press('Tab'); // closes the list
  await accessible(app);
  await picture(app, 'role-fields');
  await fields.getByRole('button', { name: 'Done' }).click();
  await expect(app.getByRole('button', { name: 'Fields: Incident' })).toContainText('1 hidden, 0 read only');
  const preview = app.getByRole('table', { name: 'What it would allow' });
  await expect(preview.getByRole('row', { name: /^Incident/ })).toContainText('Team’s');
  await accessible(app);
  await picture(app, 'role-editor');
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('heading', { level: 1, name: `Role of ${name}` })).toBeVisible();

  await app.getByText('With all it includes').click();
  await expect(app.getByRole('table', { name: 'Rights' }).getByRole('row', { name: /^Incident/ })).toContainText('Team’s');
  await picture(app, 'role-effective');
  await app.getByRole('button', { name: 'Edit' }).click();
  await app.getByLabel('Description').fill('typed by me');
  const stored = await (await app.request.get(`/api/admin/v1/roles/${name}`)).json();
  const theirs = { label: stored.label, includes: stored.includes, rights: { ...stored.rights, Problem: { read: 'all' } } };
  expect((await app.request.put(`/api/admin/v1/roles/${name}`, { data: theirs, headers: same })).status()).toBe(200);
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('Problem: None became Read: All')).toBeVisible();
  await expect(app.getByLabel('Description')).toHaveValue('typed by me');
  await accessible(app);
  await picture(app, 'role-conflict');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('heading', { level: 1, name: `Role of ${name}` })).toBeVisible();
  const now = await (await app.request.get(`/api/admin/v1/roles/${name}`)).json();
  expect(now).toMatchObject({ description: 'typed by me', rights: { Problem: { read: 'all' }, Incident: { read: 'team', hidden: ['CostPerMinute'] } } });

  const holder = await app.request.post('/api/admin/v1/people', { data: { login: name.toLowerCase(), role: name }, headers: same });
  await app.reload();
  const erase = async () => {
    await app.getByRole('button', { name: 'More acts' }).click();
    await app.getByRole('menuitem', { name: 'Delete' }).click();
    await app.getByRole('dialog').getByRole('textbox').fill(name);
    await app.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  };
  await erase();
  await expect(app.getByRole('dialog')).toContainText('In use: 1 person.');
  await expect(app.getByRole('dialog').getByRole('alert').last()).toContainText('1 person holds the role');
  await accessible(app);
  await picture(app, 'role-delete');
  await app.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await app.request.delete(`/api/admin/v1/people/${(await holder.json()).id}`, { headers: same });
  await app.reload();
  await erase();
  await expect(app.getByRole('heading', { level: 1, name: 'Roles' })).toBeVisible();
});

test('a role that the program counts on is copied, and leaving the copy asks', async ({ app }) => {
  await app.goto('/admin/roles/Admin');
  await expect(app.getByText('it cannot be changed')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await app.getByRole('button', { name: 'Make a copy' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Copy of Administrator' })).toBeVisible();
  await expect(app.getByLabel('Label')).toHaveValue('Administrator (copy)');
  await expect(app.getByLabel('Read: Every object without an entry')).toHaveValue('all');
  await app.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.getByRole('dialog', { name: 'Discard what you typed?' })).toBeVisible();
  await app.getByRole('button', { name: 'Discard' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Roles' })).toBeVisible();
});

test('lists of the role editor that cannot be read say so, and are read again', async ({ app }) => {
  let broken = true;
  const lists = [/\/api\/admin\/v1\/roles\?/, /\/api\/admin\/v1\/role-objects/, /\/roles\/[^/]+\/preview/];
  for (const [i, list] of lists.entries())
    await app.route(list, (route) =>
      broken
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: JSON.stringify({ status: 503, code: 'busy', detail: `List ${i} has too much to do.`, request_id: `req-${i}` }),
          })
        : route.continue(),
    );
  await app.goto('/admin/role-editor');
  for (const [i] of lists.entries()) await expect(app.getByRole('alert').filter({ hasText: `List ${i} has too much to do.` })).toContainText(`req-${i}`);
  await app.getByLabel('Label').fill('typed');
  await accessible(app);
  await picture(app, 'role-editor-error');
  broken = false;
  for (const [i] of lists.entries())
    await app.getByRole('alert').filter({ hasText: `List ${i}` }).getByRole('button', { name: 'Try again' }).click();
  await expect(app.getByText('too much to do')).toHaveCount(0);
  await expect(app.getByLabel('Label')).toHaveValue('typed');
  await expect(app.getByRole('combobox', { name: 'Includes' })).toBeVisible();
  await expect(app.getByRole('combobox', { name: 'Add an object' })).toBeVisible();

  broken = true;
  await app.getByRole('combobox', { name: 'Add an object' }).fill('incident');
  await app.getByRole('option', { name: 'Incident (Incident)', exact: true }).click();
  await app.getByRole('button', { name: 'Fields: Incident' }).click();
  const fields = app.getByRole('dialog', { name: 'Fields of Incident' });
  await expect(fields.getByRole('alert')).toContainText('too much to do');
  broken = false;
  await fields.getByRole('button', { name: 'Try again' }).click();
  await expect(fields.getByRole('combobox', { name: 'Hidden' })).toBeVisible();
});
