import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../specs/app';

const odata = '/api/odata/businessobject/incidents';
const wanted = 10_000; // incidents of the tenant
const rounds = 20;
const warmUp = 5;
const pointing = 150; // milliseconds between the pointer's coming to a row and the click

/** Makes incidents until there are enough. */
async function enough(page: Page) {
  const { '@odata.count': there } = (await (await page.request.get(`${odata}?$top=0`)).json()) as { '@odata.count': number };
  const together = 50;
  for (let i = there; i < wanted; i += together) {
    await Promise.all(Array.from({ length: Math.min(together, wanted - i) }, (_, k) => page.request.post(odata, { data: { Subject: `Measured ${i + k}` } })));
  }
}

/** Marks each click, or step back, and the frame after the one in which what was asked for is on the screen; the page's own clock tells. */
async function watch(page: Page) {
  await page.addInitScript(() => {
    const state = window as unknown as { measured: number[]; expectShown: (selector: string, text: string) => void };
    state.measured = [];
    let begin = 0;
    const start = () => {
      begin = performance.now();
      performance.mark('asked');
    };
    document.addEventListener('click', start, true);
    window.addEventListener('popstate', start, true);
    state.expectShown = (selector, text) => {
      begin = 0;
      const look = () => {
        const found = begin > 0 && [...document.querySelectorAll(selector)].some((e) => {
          const box = e.getBoundingClientRect();
          return e.textContent?.includes(text) && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight;
        });
        if (!found) return requestAnimationFrame(look);
        const painted = new MessageChannel(); // its message comes after the frame has been painted
        painted.port1.onmessage = () => {
          performance.measure('shown', 'asked');
          state.measured.push(performance.now() - begin);
        };
        return requestAnimationFrame(() => painted.port2.postMessage(0));
      };
      requestAnimationFrame(look);
    };
  });
}

const expecting = (page: Page, selector: string, text: string) =>
  page.evaluate(([s, t]) => (window as unknown as { expectShown: (s: string, t: string) => void }).expectShown(s ?? '', t ?? ''), [selector, text]);

async function measured(page: Page, n: number): Promise<number> {
  await page.waitForFunction((count) => (window as unknown as { measured: number[] }).measured.length >= count, n);
  return page.evaluate((i) => (window as unknown as { measured: number[] }).measured[i - 1] ?? 0, n);
}

const at = (sorted: number[], part: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);

function report(what: string, times: number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  console.log(`${what.padEnd(44)} p50 ${at(sorted, 0.5)} ms, p95 ${at(sorted, 0.95)} ms, max ${at(sorted, 1)} ms (${sorted.length})`);
}

/** Opens rows one after the other and comes back. */
async function walk(page: Page, what: string) {
  const there: number[] = [];
  const back: number[] = [];
  let n = await page.evaluate(() => (window as unknown as { measured: number[] }).measured.length);
  for (let i = 0; i < rounds + warmUp; i++) {
    const rows = page.locator('tbody tr:not([data-gap])');
    const row = rows.nth(Math.floor((await rows.count()) / 2) + (i % 5));
    await row.scrollIntoViewIfNeeded();
    const number = (await row.getByRole('link').first().innerText()).trim();
    const title = (await row.locator('td[data-wide]').innerText()).trim().slice(0, 20);
    await row.locator('td[data-wide]').hover();
    await page.waitForTimeout(pointing);
    await expecting(page, 'h1', title);
    await page.mouse.down();
    await page.mouse.up();
    const went = await measured(page, ++n);
    await expecting(page, 'tbody tr td:nth-child(2)', number);
    await page.evaluate(() => history.back());
    const came = await measured(page, ++n);
    if (i < warmUp) continue;
    there.push(went);
    back.push(came);
  }
  report(`${what}: list to record`, there);
  report(`${what}: record to list`, back);
}

test('from a list of 10,000 records to a record and back', async ({ page }) => {
  await signIn(page);
  await enough(page);
  await watch(page);
  await page.goto('/desk/incidents');
  await expect(page.locator('tbody tr').nth(5)).toBeVisible();
  await walk(page, 'first page');
  const load = page.getByRole('button', { name: 'Load more' });
  for (let turns = 0; turns < 1000 && (await load.count()) > 0; turns++) {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForTimeout(100);
  }
  const rows = Number(await page.getByRole('table', { name: 'Incidents' }).getAttribute('aria-rowcount')) - 1;
  expect(rows).toBeGreaterThanOrEqual(wanted);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  await page.waitForTimeout(500);
  await walk(page, `all ${rows} rows loaded, in the middle`);
});
