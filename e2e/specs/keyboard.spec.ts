import type { Locator, Page } from '@playwright/test';
import { demo, expect, test } from './app';

const patience = 80; // presses of a key until what is looked for has to have the focus

/** Moves the focus forward to what is looked for, as somebody without a mouse does. */
const tabTo = (page: Page, target: Locator) => pressTo(page, 'Tab', target);

async function pressTo(page: Page, key: string, target: Locator) {
  for (let i = 0; i < patience; i++) {
    if (await target.evaluateAll((all) => all.some((one) => one === document.activeElement))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${target} is not reached by ${patience} presses of ${key}`);
}

/** What has the focus: its role or tag, what it is called, and whether one sees that it has it. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === document.body) return undefined;
    const style = getComputedStyle(at);
    const around = at.closest('[data-focus-within], label, .mantine-Input-wrapper, .mantine-Checkbox-inner');
    const box = at.getBoundingClientRect();
    const shows = (s: CSSStyleDeclaration) => (s.outlineStyle !== 'none' && Number.parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
    return {
      what: `${at.tagName.toLowerCase()} ${at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 40) ?? ''}`,
      seen: shows(style) || (around ? shows(getComputedStyle(around)) : false) || style.borderColor !== style.color,
      inside: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
    };
  });

test('the way in, to a page, through a panel, a list and a dialog, and out: all without a mouse', async ({ page }) => {
  const name = `Typed ${Date.now()}`;
  await page.goto('/admin/teams');
  await expect(page.getByLabel('User name')).toBeFocused();
  await page.keyboard.type(demo.admin.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(demo.admin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible();
  await expect(page.getByRole('row').nth(1)).toBeVisible();

  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'New team' })).toBeVisible();
  await tabTo(page, page.getByLabel('Name (required)'));
  await page.keyboard.type(name);
  await page.keyboard.press('Escape'); // asks, because something was typed
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name (required)')).toHaveValue(name);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole('row')).toHaveCount(2);
  await tabTo(page, page.getByRole('link', { name }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

  const erase = page.locator('#content').getByRole('button', { name: 'Delete', exact: true });
  await tabTo(page, erase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(erase).toBeFocused(); // which a dialog gives back
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel(`Type ${name} to confirm`));
  await page.keyboard.type(name);
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Teams' })).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: /^Account/ }));
  await page.keyboard.press('Enter');
  const out = page.getByRole('menuitem', { name: 'Sign out' });
  await expect(out).toBeVisible();
  await pressTo(page, 'ArrowDown', out);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/login/);
});

test('every page of the rail is reached by keys, and one always sees where the focus is', async ({ app }) => {
  test.slow();
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  const pages = await app.getByRole('navigation').getByRole('link').evaluateAll((all) => all.map((a) => [a.textContent?.trim() ?? '', a.getAttribute('href') ?? '']));
  expect(pages.length).toBeGreaterThan(8);
  for (const [label, path] of pages) {
    await app.keyboard.press('Control+k');
    const palette = app.getByRole('textbox', { name: 'Search pages, acts and records' });
    await expect(palette).toBeFocused();
    await app.keyboard.type(label);
    await expect(app.getByRole('dialog').getByText(label, { exact: true }).first()).toBeVisible();
    await app.keyboard.press('Enter');
    await app.waitForURL(`**${path}`);
    await expect(app.getByRole('dialog')).toHaveCount(0);
    await expect(app.getByRole('heading', { level: 1 })).toBeVisible();
    await app.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    for (let i = 0; i < 12; i++) {
      await app.keyboard.press('Tab');
      const at = await focus(app);
      if (at) expect(at, `${label}, stop ${i + 1}: ${at.what}`).toMatchObject({ seen: true, inside: true });
    }
  }
});
