import { accessible, demo, expect, picture, test } from './app';

test('the audit log lists the newest entry first, and its filters stand in the address', async ({ app }) => {
  await app.goto('/admin/audit-log');
  const rows = app.getByRole('table', { name: 'Audit log' }).getByRole('row');
  await expect(rows.nth(2)).toBeVisible();
  const number = async (row: number) => Number((await rows.nth(row).getByRole('cell').last().textContent())?.replace(/\D/g, ''));
  expect(await number(1)).toBeGreaterThan(await number(2));
  await accessible(app);
  await picture(app, 'audit-log');

  await app.getByRole('button', { name: 'Filter', exact: true }).click();
  await app.getByLabel('Field').selectOption('Object');
  await app.getByLabel('Value').fill('registration');
  await app.getByRole('button', { name: 'Apply' }).click();
  await expect(app).toHaveURL(/object=registration/);
  await expect(rows.filter({ hasNotText: 'registration.' })).toHaveCount(1); // the head
  await app.goto('/admin/audit-log?from=2099-01-01');
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('an entry opens on a page of its own with every field before and after', async ({ app }) => {
  const people = await (await app.request.get(`/api/admin/v1/people?login=${demo.agent.username}`)).json();
  const one = people.items[0];
  const origin = new URL(test.info().project.use.baseURL ?? '').origin;
  const answer = await app.request.patch(`/api/admin/v1/people/${one.id}`, {
    data: { title: `Engineer ${Date.now()}` },
    headers: { Origin: origin },
  });
  expect(answer.status(), await answer.text()).toBe(200);

  await app.goto(`/admin/audit-log?target=${one.id}`);
  await app.getByRole('table').getByRole('link').first().click();
  await expect(app.getByRole('heading', { level: 1 })).toContainText('Entry');
  const changes = app.getByRole('table', { name: 'Before and after' });
  await expect(changes.getByRole('row', { name: /^Title/ })).toContainText('Engineer');
  await accessible(app);
  await picture(app, 'audit-entry');

  await app.getByRole('link', { name: 'All entries of this target' }).click();
  await expect(app).toHaveURL(new RegExp(`target=${one.id}`));
});

test('the chain is checked and the result says what it means', async ({ app }) => {
  await app.goto('/admin/audit-log');
  await app.getByRole('button', { name: 'Check the chain' }).click();
  const dialog = app.getByRole('dialog');
  await expect(dialog.getByText('The chain is intact')).toBeVisible();
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await picture(app, 'audit-chain');
});
