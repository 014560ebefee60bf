import { accessible, demo, expect, picture, test } from './app';

test('an API key is made, shown once as Reference ID, used, rotated and deleted', async ({ app }) => {
  await app.goto('/admin/security-controls/api-keys');
  await expect(app.getByRole('heading', { level: 1, name: 'API Keys' })).toBeVisible();
  await expect(app.getByRole('heading', { level: 2, name: 'Key groups' })).toBeVisible();
  await app.getByRole('table', { name: 'Key groups' }).waitFor();
  await accessible(app);
  await picture(app, 'api-keys');

  await app.getByRole('button', { name: 'New API key' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel(/Description/).fill('Spec key');
  await panel.getByLabel(/^Role/).selectOption('ServiceDeskAnalyst');
  await accessible(app);
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(app.locator('dl dt')).toHaveText(['Reference ID']);
  const key = await app.locator('dl code').innerText();
  await accessible(app);
  await app.getByRole('checkbox', { name: 'I have stored it' }).check();
  await app.getByRole('button', { name: 'Finish and close' }).click();
  const answer = await app.request.get('/api/odata/businessobject/incidents?$top=1', { headers: { Authorization: `rest_api_key=${key}` } });
  expect(answer.status()).toBe(200);

  await app.getByRole('row', { name: /Spec key/ }).getByText('Spec key').click();
  await expect(app.getByRole('dialog')).toContainText('ServiceDeskAnalyst');
  await accessible(app);
  await app.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await expect(app.locator('dl dt')).toHaveText(['Reference ID']);
  await app.getByRole('checkbox', { name: 'I have stored it' }).check();
  await app.getByRole('button', { name: 'Finish and close' }).click();
  await expect(app.getByRole('row', { name: /Spec key/ })).toHaveCount(2);

  for (const box of await app.getByRole('row', { name: /Spec key/ }).getByRole('checkbox').all()) await box.check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.getByRole('dialog')).toContainText('Delete 2 API keys?');
  await app.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(app.getByRole('row', { name: /Spec key/ })).toHaveCount(0);
});

test('a key group is made, edited and deleted', async ({ app }) => {
  await app.goto('/admin/security-controls/api-keys');
  await app.getByRole('button', { name: 'New key group' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(panel.getByRole('alert')).toBeVisible();
  await panel.getByLabel(/^Name/).fill('Spec group');
  await panel.getByLabel('Every role').check();
  await accessible(app);
  await panel.getByRole('button', { name: 'Create' }).click();
  const row = app.getByRole('row', { name: /Spec group/ });
  await row.getByText('Spec group').click();
  await app.getByLabel('Description').fill('Made by a spec');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(row).toContainText('Made by a spec');
  await row.getByRole('checkbox').check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
});

test('the inspector says at which step a token fails', async ({ app }) => {
  await app.goto('/admin/security-controls/token-issuers');
  await expect(app.getByRole('heading', { name: 'No other issuer is trusted' })).toBeVisible();
  await app.getByLabel('Access token').fill('eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIn0.c2ln');
  await app.getByRole('button', { name: 'Inspect' }).click();
  await expect(app.getByRole('table', { name: 'Steps' }).getByText('Failed').first()).toBeVisible();
  await accessible(app);
  await picture(app, 'token-issuers');
});

test('a token issuer is added and deleted', async ({ app }) => {
  await app.goto('/admin/security-controls/token-issuers');
  await app.getByRole('button', { name: 'New token issuer' }).first().click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel(/^Name/).fill('Spec issuer');
  await panel.getByLabel(/^Issuer/).fill('8a1c2f0e-5b1d-4a53-9c39-0f4c2e3b1a77');
  await panel.getByLabel(/^Audiences/).fill('api://spec');
  await accessible(app);
  await app.keyboard.press('Control+Enter');
  const row = app.getByRole('row', { name: /Spec issuer/ });
  await expect(row).toContainText('Microsoft Entra ID');
  await row.getByRole('checkbox').check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
});

test('the next signing key is made', async ({ app }) => {
  await app.goto('/admin/security-controls/signing-keys');
  await app.getByRole('heading', { level: 1, name: 'Signing keys' }).waitFor();
  await app.getByRole('button', { name: 'Make the next key' }).first().click();
  await app.getByLabel('Algorithm').selectOption('EdDSA');
  await accessible(app);
  await app.getByRole('button', { name: 'Create' }).click();
  await expect(app.getByRole('row', { name: /EdDSA/ }).first()).toBeVisible();
  await accessible(app);
  await picture(app, 'signing-keys');
});

test('system info says what serves the tenant', async ({ app }) => {
  await app.goto('/settings/system-info');
  await expect(app.getByText(demo.base_url)).toBeVisible();
  await accessible(app);
  await picture(app, 'system-info');
});
