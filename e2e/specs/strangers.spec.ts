import { type Browser, type BrowserContext, test as base, type Page } from '@playwright/test';
import { accessible, expect } from './app';
import { type Served, serve, totp } from './server';

const password = 'ten quiet herons at dusk';

/** A server with two tenants, desk.localhost and other.localhost, each with its administrator admin. */
const test = base.extend<{ server: Served; one: string; two: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names
  server: async ({}, use) => {
    const server = await serve();
    server.run('setting', 'set', 'sign_in.second_factor', 'off', '--tenant', 'default');
    server.run('tenant', 'create', 'other', '--host', 'other.localhost');
    server.run('setting', 'set', 'sign_in.second_factor', 'off', '--tenant', 'other');
    await use(server);
    await server.stop();
  },
  one: async ({ server }, use) => use(server.url),
  two: async ({ server }, use) => use(`http://other.localhost:${server.port}`),
});

async function setPassword(page: Page, link: string) {
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password, again').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page).not.toHaveURL(/set-password/);
}

async function fillIn(page: Page, name: string, word: string) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(word);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function context<T>(browser: Browser, options: Parameters<Browser['newContext']>[0], run: (context: BrowserContext) => Promise<T>) {
  const made = await browser.newContext(options);
  try {
    return await run(made);
  } finally {
    await made.close();
  }
}

test('wrong passwords get one answer, keep the name that was typed, and have to wait when there are many', async ({ page, server, browser }) => {
  await setPassword(page, server.setupLink);
  await context(browser, {}, async (stranger) => {
    const other = await stranger.newPage();
    await other.goto(`${server.url}/login`);
    const said = async () => (await other.getByRole('alert').textContent())?.trim();
    await fillIn(other, 'admin', 'not this one');
    const wrong = await said();
    await expect(other.getByLabel('User name')).toHaveValue('admin');
    await expect(other.getByLabel('Password')).toHaveValue('');
    await accessible(other);
    const nobody = '<img src=x onerror=alert(1)>\u202Enimda';
    await fillIn(other, nobody, 'not this one');
    expect(await said()).toBe(wrong);
    await expect(other.getByLabel('User name')).toHaveValue(nobody);
    await expect
      .poll(
        async () => {
          await fillIn(other, 'admin', 'not this one');
          return said();
        },
        { timeout: 30_000, intervals: [0] },
      )
      .not.toBe(wrong);
    await expect(other.getByRole('alert')).toContainText(/wait|minute|second|again/i);
  });
});

test('sign-in works without JavaScript, with a second factor too', async ({ browser, server, one }) => {
  server.run('setting', 'set', 'sign_in.second_factor', 'all', '--tenant', 'default');
  await context(browser, { javaScriptEnabled: false }, async (plain) => {
    const page = await plain.newPage();
    const link = new URL(server.setupLink);
    await page.goto(`${one}/set-password`);
    await page.getByLabel('Code from your link').fill(link.href);
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('New password, again').fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden();
    const secret = (await page.locator('main code').textContent()) ?? '';
    await page.getByLabel('Code that the app shows').fill('000000');
    await page.getByRole('button', { name: 'Use the app' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    expect(await page.locator('main code').textContent()).toBe(secret);
    await page.getByLabel('Code that the app shows').fill(totp(secret));
    await page.getByRole('button', { name: 'Use the app' }).click();
    await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeVisible();
  });
});

test('a session id that somebody planted is worth nothing after sign-in', async ({ page, server, one }) => {
  await setPassword(page, server.setupLink);
  const mine = (await page.context().cookies()).find((c) => c.name === 'sid');
  expect(mine).toBeDefined();
  await page.goto(`${one}/login/local`); // whoever is signed in goes on; the form is asked for anew without the cookie
  await page.context().clearCookies();
  await page.context().addCookies([{ name: 'sid', value: mine?.value ?? '', url: one, httpOnly: true, sameSite: 'Lax' }]);
  const planted = (await page.context().cookies()).find((c) => c.name === 'sid')?.value;
  await page.request.post(`${one}/login`, { form: { username: 'admin', password, to: '/' }, maxRedirects: 0 });
  const after = (await page.context().cookies()).find((c) => c.name === 'sid')?.value;
  expect(after).not.toBe(planted);
  const old = await page.request.get(`${one}/api/me`, { headers: { Cookie: `sid=${planted}` } });
  expect(old.status()).toBe(401);
});

test('the cookie of one tenant opens nothing of another', async ({ page, server, one, two }) => {
  await setPassword(page, server.setupLink);
  const sid = (await page.context().cookies(one)).find((c) => c.name === 'sid')?.value ?? '';
  await page.context().addCookies([{ name: 'sid', value: sid, url: two, httpOnly: true, sameSite: 'Lax' }]);
  await page.goto(two);
  await expect(page).toHaveURL(/other\.localhost:\d+\/login/);
  const asked = await page.evaluate(async () => {
    const paths = ['/api/me', '/api/admin/v1/people', '/api/odata/businessobject/incidents', '/api/me/events'];
    return Promise.all(paths.map(async (path) => (await fetch(path)).status));
  });
  expect(asked.filter((status) => status < 400)).toEqual([]);
});

test('a post that another site makes the browser send changes nothing', async ({ page, server, one }) => {
  await setPassword(page, server.setupLink);
  const before = await page.evaluate(async () => (await fetch('/api/admin/v1/audit?limit=1')).text());
  for (const [path, enctype] of [
    ['/logout', 'application/x-www-form-urlencoded'],
    ['/login', 'application/x-www-form-urlencoded'],
    ['/api/odata/businessobject/departments', 'text/plain'],
    ['/api/admin/v1/teams', 'text/plain'],
    ['/api/me/role', 'text/plain'],
  ]) {
    await page.route('http://elsewhere.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${one}${path}" enctype="${enctype}"><input name='{"name":"Forged","Name":"Forged","a' value='":1}'><button>Send</button></form>`,
      }),
    );
    await page.goto('http://elsewhere.example/');
    const [answer] = await Promise.all([page.waitForResponse(`${one}${path}`), page.getByRole('button', { name: 'Send' }).click()]);
    expect([401, 403], path).toContain(answer.status());
    await page.unroute('http://elsewhere.example/');
  }
  await page.goto(one);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  const after = await page.evaluate(async () => (await fetch('/api/admin/v1/audit?limit=5')).text());
  expect(after).not.toContain('Forged');
  expect(JSON.parse(before)).toHaveProperty('items');
});
