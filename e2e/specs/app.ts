import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

/** What `provost demo --credentials FILE` writes, as far as the specs need it. */
interface Demo {
  base_url: string;
  tenant_host: string;
  api_key: string;
  admin: { username: string; password: string };
  agent: { username: string; password: string };
  system_admin: { username: string; password: string };
  platform_url: string;
}

export const demo = JSON.parse(readFileSync(process.env.PROVOST_CREDENTIALS ?? 'credentials.json', 'utf8')) as Demo;

/** Signs a person in, as the sign-in page does. */
export async function signIn(page: Page, who: { username: string; password: string } = demo.admin) {
  const answer = await page.request.post('/login', { form: { to: '/', username: who.username, password: who.password }, maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBe(303);
}

/** Signs out whoever is signed in. */
export async function leave(page: Page) {
  await page.goto('about:blank'); // a page that is told of the end goes to sign in by itself, into the way of the next goto
  await page.request.post('/logout');
}

/** A page of a signed-in administrator, on which every complaint of the browser and every request to another host fails the spec. */
export const test = base.extend<{ complaints: string[]; app: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, 'what the browser complained of').toEqual([]);
  },
  app: async ({ page, complaints, baseURL }, use) => {
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && origin !== new URL(baseURL ?? '').origin) complaints.push(`asks ${request.url()}`);
    });
    await page.exposeFunction('complain', (text: string) => complaints.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const { complain } = window as unknown as { complain: (text: string) => void };
        complain(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    await signIn(page);
    await use(page);
  },
});

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const byColour = ['color-contrast', 'link-in-text-block']; // the rules whose finding depends on the colours

/**
 * No finding of axe, WCAG 2.2 A and AA, in light and in dark, where the rules about colour are asked again: the rest of the page is the
 * same. Of a part of the page only, where the whole repeats it many times.
 */
export async function accessible(page: Page, part = 'html') {
  await page.locator('h1').first().waitFor({ state: 'attached' }); // while it loads it has none
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0); // nor are its rows those that were asked for
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page }).include(part);
    if (colorScheme === 'dark') axe.withRules(byColour);
    else axe.withTags(standards);
    const { violations } = await axe.analyze();
    const findings = violations.map((v) => `${colorScheme}: ${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html}\n  ${n.failureSummary}`).join('\n')}`);
    expect(findings.join('\n')).toBe('');
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Keeps a picture where PROVOST_PICTURES names a folder: in light, in dark and 390 pixels wide; of a part of the page, where one is named. */
export async function picture(page: Page, name: string, part?: Locator) {
  const folder = process.env.PROVOST_PICTURES;
  if (!folder) return;
  const size = page.viewportSize();
  const settled = 400; // milliseconds until no colour changes any more
  for (const [colorScheme, ending] of [
    ['dark', '-dark'],
    ['light', ''],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(settled);
    await (part ?? page).screenshot({ path: `${folder}/${name}${ending}.png` });
  }
  await page.setViewportSize({ width: 390, height: 800 });
  await page.waitForTimeout(settled);
  await (part ?? page).screenshot({ path: `${folder}/${name}-390.png` });
  if (size) await page.setViewportSize(size);
}

export { expect };
