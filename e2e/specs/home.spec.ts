import { accessible, picture, test } from './app';

test('home', async ({ app }) => {
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  await picture(app, 'home');
  await accessible(app);
});
test('regs', async ({ app }) => {
  await app.goto('/admin/app-registrations');
  await app.getByRole('table').waitFor();
  await picture(app, 'regs');
  await accessible(app);
  await app.getByRole('link', { name: 'Demo app' }).click();
  await app.getByRole('heading', { level: 1, name: 'Demo app' }).waitFor();
  await picture(app, 'reg');
  await accessible(app);
});
