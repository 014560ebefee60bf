import { expect, test } from '@playwright/test';
import { accessible } from './app';
import { proxy } from './proxy';
import { type Served, serve, totp } from './server';

test.use({ ignoreHTTPSErrors: true });

test('behind a reverse proxy that rewrites the host name, everything works', async ({ page }) => {
  const front = await proxy();
  let server: Served | undefined;
  try {
    server = await serve('--base-url', front.url, '--trusted-proxy', '127.0.0.1/32');
    front.leadsTo(server.port);

    expect(server.setupLink).toMatch(new RegExp(`^${front.url}/set-password#`));
    await page.goto(server.setupLink);
    await page.getByLabel('New password', { exact: true }).fill('nine quiet herons at dusk');
    await page.getByLabel('New password, again').fill('nine quiet herons at dusk');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByLabel('Code that the app shows').fill(totp((await page.locator('main code').textContent()) ?? ''));
    await page.getByRole('button', { name: 'Use the app' }).click();
    await page.getByRole('link', { name: 'I have stored them, continue' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
    const cookies = await page.context().cookies();
    expect(cookies.map((c) => [c.name.startsWith('__Host-'), c.secure, c.httpOnly])).toEqual([[true, true, true]]);

    await page.goto(`${front.url}/admin/app-registrations`);
    await page.getByRole('button', { name: 'New registration' }).first().click();
    await accessible(page);
    await page.keyboard.press('Escape');
    await page.goto(`${front.url}/docs`);
    const operation = page.locator('#get-own-tenant');
    await operation.getByText('Try it').click();
    await operation.getByRole('button', { name: 'Send GET' }).click();
    await expect(operation.getByRole('status')).toContainText('200');
    await expect(operation.locator('[data-part=answer]')).toContainText(`"base_url": "${front.url}"`);

    const made = await page.evaluate(async () => {
      const answer = await fetch('/api/odata/businessobject/departments', { method: 'POST', body: JSON.stringify({ Name: 'Behind a proxy' }), headers: { 'Content-Type': 'application/json' } });
      return answer.text();
    });
    expect(made).toContain(`${front.url}/api/odata/$metadata#departments`);
    const trail = await page.evaluate(async () => (await fetch('/api/admin/v1/audit?limit=50')).text());
    expect(trail).toContain('"203.0.113.7"');
    expect(trail).not.toContain('"127.0.0.1"');

    await page.route('https://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${front.url}/logout"><button>Send</button></form>` }),
    );
    await page.goto('https://elsewhere.example/');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.locator('body')).toContainText('another site');
    await page.goto(front.url);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  } finally {
    await server?.stop();
    await front.stop();
  }
});
