import { accessible, expect, picture, test } from './app';

test('System Info says what serves the tenant and how much it holds', async ({ app }) => {
  await app.goto('/settings/system-info');
  await expect(app.getByRole('heading', { level: 1, name: 'System Info' })).toBeVisible();
  const program = app.getByRole('region', { name: 'Program' });
  await expect(program).toContainText('SQLite');
  await expect(app.getByRole('region', { name: 'Tenant' })).toContainText(new URL(app.url()).host.split(':')[0] ?? '');
  await expect(app.getByRole('region', { name: 'What it holds' })).toContainText('People');
  await accessible(app);
  await picture(app, 'system-info');
});
