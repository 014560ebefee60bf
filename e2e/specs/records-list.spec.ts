import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { accessible, demo, expect, picture, signIn, test } from './app';

const odata = '/api/odata/businessobject';

/** Makes records as an integration would. */
async function made(page: Page, set: string, bodies: Record<string, unknown>[]): Promise<string[]> {
  const answers = await Promise.all(bodies.map((data) => page.request.post(`${odata}/${set}`, { data })));
  return Promise.all(answers.map(async (a) => {
    expect(a.status(), await a.text()).toBe(201);
    return ((await a.json()) as { RecId: string }).RecId;
  }));
}

const table = (page: Page, name: string) => page.getByRole('table', { name });

/** Sets a condition with the builder. */
async function filter(page: Page, field: string, condition: string | undefined, value: { text?: string; option?: string; find?: string } = {}) {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Field' }).selectOption({ label: field });
  if (condition) await page.getByRole('combobox', { name: 'Condition' }).selectOption({ label: condition });
  if (value.text !== undefined) await page.getByLabel('Value').fill(value.text);
  if (value.option) await page.getByRole('combobox', { name: 'Value' }).selectOption({ label: value.option });
  if (value.find) {
    await page.getByRole('combobox', { name: 'Value' }).fill(value.find);
    await page.getByRole('option', { name: new RegExp(value.find) }).first().click();
  }
  await page.getByRole('button', { name: 'Apply' }).click();
}

test('the desk shows every object that may be opened, and its list', async ({ app }) => {
  await app.goto('/desk');
  await expect(app.getByRole('heading', { level: 1, name: 'All records' })).toBeVisible();
  const groups = app.getByRole('heading', { level: 2 });
  await expect(groups).toContainText(['Service desk', 'People and organisation', 'Everything else']);
  await expect(app.getByRole('region', { name: 'Service desk' }).getByRole('listitem').first()).toHaveText('Incidents');
  await accessible(app);
  await picture(app, 'desk');
  await app.getByRole('searchbox').fill('<b>');
  await expect(app.getByRole('heading', { name: 'No kind of record is called so' })).toBeVisible();
  await app.getByRole('searchbox').fill('work ord');
  await app.getByRole('link', { name: 'Work orders' }).click();
  await expect(app).toHaveURL(/\/desk\/task__workorders/);
  await app.keyboard.press('g');
  await app.keyboard.press('n');
  await expect(app.getByRole('heading', { level: 1, name: 'Incidents' })).toBeVisible();
  await expect(app.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Incidents' })).toHaveAttribute('aria-current', 'page');
});

test('incidents are sorted, filtered, searched and seen as their saved searches show them', async ({ app }) => {
  const word = `quokka${Date.now()}`;
  await made(app, 'incidents', [
    { Subject: `${word} a <b>bold</b>`, Impact: 'High', Urgency: 'High' },
    { Subject: `${word} b \u202Eevil`, Impact: 'Low', Urgency: 'Low' },
    { Subject: `${word} c ${'long '.repeat(40)}`, Impact: 'Medium', Urgency: 'Low' },
  ]);
  await app.goto('/desk/incidents');
  const rows = table(app, 'Incidents').getByRole('row');
  await expect(rows.nth(3)).toBeVisible();
  await accessible(app);
  await picture(app, 'records-list');

  await app.getByRole('searchbox', { name: 'Search' }).fill(word);
  await expect(app).toHaveURL(new RegExp(`search=${word}`));
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: '<b>bold</b>' })).toHaveCount(1);

  const subject = app.getByRole('columnheader', { name: 'Subject' });
  await subject.getByRole('button').click();
  await expect(subject).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows.nth(1)).toContainText(`${word} a`);
  await subject.getByRole('button').click();
  await expect(subject).toHaveAttribute('aria-sort', 'descending');
  await expect(app).toHaveURL(/sort=-Subject/);
  await expect(rows.nth(1)).toContainText(`${word} c`);

  await filter(app, 'Impact', 'is', { option: 'High' });
  await expect(rows).toHaveCount(2);
  await app.getByRole('button', { name: 'Remove the filter Impact' }).click();
  await filter(app, 'Subject', 'contains', { text: `${word} b` });
  await expect(rows).toHaveCount(2);
  await filter(app, 'Subject', 'is', { text: "nobody's' or 1 eq 1" });
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await app.getByRole('button', { name: 'Clear search and filters' }).click();
  await app.goto(`/desk/incidents?search=${word}`);
  await filter(app, 'Created', 'before', { text: '2020-01-01' });
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await app.goto(`/desk/incidents?search=${word}`);
  await filter(app, 'Owner', 'is empty');
  await expect(rows).toHaveCount(4);
  await expect(app).toHaveURL(/Owner\.empty=1/);
  await app.reload();
  await expect(rows).toHaveCount(4);

  await app.goto('/desk/incidents');
  await app.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'My Team Active Incidents' }).click();
  await expect(app).toHaveURL(/tab=My_Team_Active_Incidents/);
  await app.getByRole('button', { name: /^\d+ more$/ }).click();
  await app.getByRole('menuitem', { name: 'All Incidents' }).click();
  await expect(app.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'All Incidents' })).toHaveAttribute('aria-current', 'true');
  await expect(rows.nth(3)).toBeVisible();
});

test('a link is a filter by the record it names, and any field can be a column', async ({ app }) => {
  const login = `emu${Date.now()}`;
  const [person] = await made(app, 'employees', [{ LoginID: login, FirstName: 'Emu', LastName: login }]);
  await made(app, 'incidents', [{ Subject: `For ${login}`, ProfileLink: person }]);
  await app.goto('/desk/incidents');
  await filter(app, 'Customer', undefined, { find: login });
  const rows = table(app, 'Incidents').getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(app.getByRole('list', { name: 'Filter' })).toContainText(login);
  await app.getByRole('button', { name: 'Display and export' }).click();
  await app.getByRole('searchbox', { name: 'Find a column' }).fill('urgency');
  await app.getByRole('menuitemcheckbox', { name: 'Urgency' }).click();
  await app.keyboard.press('Escape');
  await expect(app.getByRole('columnheader', { name: 'Urgency' })).toBeVisible();
});

test('several records are changed and deleted, and what is refused is said row by row', async ({ app }) => {
  const word = `wombat${Date.now()}`;
  await app.route('**/api/me/events*', (route) => route.abort()); // the page is not told that one is deleted meanwhile
  const [first] = await made(app, 'incidents', [{ Subject: `${word} 1` }, { Subject: `${word} 2` }, { Subject: `${word} 3` }]);
  await app.goto(`/desk/incidents?search=${word}`);
  const rows = table(app, 'Incidents').getByRole('row');
  await expect(rows).toHaveCount(4);
  await app.getByRole('checkbox', { name: 'Select all that are shown' }).check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Set a field' }).click();
  let panel = app.getByRole('dialog', { name: 'Set a field of 3 incidents' });
  await panel.getByRole('combobox', { name: 'Field' }).selectOption({ label: 'Urgency' });
  await panel.getByRole('combobox', { name: 'Urgency' }).click();
  await app.getByRole('option', { name: 'High', exact: true }).click();
  await accessible(app);
  await picture(app, 'records-set');
  await panel.getByRole('button', { name: 'Change 3 incidents' }).click();
  await expect(app.getByText('Changed 3 incidents.')).toBeVisible();
  expect(await (await app.request.get(`${odata}/incidents('${first}')?$select=Urgency`)).json()).toMatchObject({ Urgency: 'High' });

  await app.request.delete(`${odata}/incidents('${first}')`); // by somebody else
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  panel = app.getByRole('dialog', { name: 'Delete 3 incidents?' });
  await expect(panel).toContainText(`${word} 2`);
  await expect(panel.getByRole('button', { name: 'Delete 3 incidents' })).toBeDisabled();
  await panel.getByLabel('Type 3 incidents to confirm').fill('3 incidents');
  await picture(app, 'records-delete');
  await panel.getByRole('button', { name: 'Delete 3 incidents' }).click();
  const result = app.getByRole('dialog', { name: 'Deleting' });
  await expect(result.getByRole('status')).toHaveText('2 done.');
  await expect(result.getByRole('alert')).toContainText(`${word} 1`);
  await accessible(app);
  await picture(app, 'records-refused');
  await result.getByRole('button', { name: 'Close' }).last().click();
  await expect(app.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('an export holds every row that matches, and no formulas', async ({ app }) => {
  const word = `numbat${Date.now()}`;
  const many = 130;
  await made(app, 'incidents', Array.from({ length: many }, (_, i) => ({ Subject: i === 0 ? `=${word}()` : `${word} ${i}` })));
  await app.goto(`/desk/incidents?search=${word}`);
  await expect(table(app, 'Incidents').getByRole('row').nth(3)).toBeVisible();
  await app.getByRole('button', { name: 'Display and export' }).click();
  const [file] = await Promise.all([app.waitForEvent('download'), app.getByRole('menuitem', { name: 'Export as CSV' }).click()]);
  const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
  expect(lines).toHaveLength(many + 1);
  expect(lines.filter((line) => line.includes(`'=${word}()`))).toHaveLength(1);
  await expect(app.getByRole('dialog')).toHaveCount(0);
});

test('a record is made with c, opened from the list by keyboard, and the list is as it was left', async ({ app }) => {
  const word = `dingo${Date.now()}`;
  await made(app, 'incidents', Array.from({ length: 120 }, (_, i) => ({ Subject: `${word} ${String(i).padStart(3, '0')}` })));
  await app.goto(`/desk/incidents?search=${word}&sort=Subject`);
  const rows = table(app, 'Incidents').getByRole('row');
  await expect(rows.nth(2)).toBeVisible();
  const wanted = app.getByRole('row', { name: new RegExp(`${word} 098`) });
  await rows.nth(2).hover();
  await expect(async () => { // only rows near the window are there
    await app.mouse.wheel(0, 800);
    await expect(wanted).toBeAttached({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await wanted.scrollIntoViewIfNeeded();
  const before = await app.evaluate(() => window.scrollY);
  expect(before).toBeGreaterThan(1000);
  await wanted.getByRole('link').first().click();
  await expect(app).toHaveURL(/\/desk\/incidents\/[0-9A-F]{32}/);
  await expect(app.getByRole('heading', { level: 1, name: new RegExp(`${word} 098`) })).toBeVisible();
  await app.goBack();
  await expect(wanted).toBeInViewport();
  expect(Math.abs((await app.evaluate(() => window.scrollY)) - before)).toBeLessThan(50);
  await app.keyboard.press('j');
  await app.keyboard.press('c');
  await expect(app.getByRole('dialog', { name: 'New incident' })).toBeVisible();
});

test('records are found from everywhere, and opened', async ({ app }) => {
  const word = `bilby${Date.now()}`;
  await made(app, 'incidents', [{ Subject: `${word} incident` }]);
  await made(app, 'problems', [{ Subject: `${word} problem` }]);
  await app.goto('/');
  await expect(app.getByRole('heading', { level: 1 })).toBeVisible();
  await app.keyboard.press('Control+k');
  await app.getByRole('textbox', { name: 'Search pages, acts and records' }).fill(word);
  await expect(app.getByRole('button', { name: new RegExp(`${word} problem`) })).toBeVisible();
  await accessible(app);
  await picture(app, 'palette-records');
  await app.getByRole('button', { name: new RegExp(`${word} incident`) }).click();
  await expect(app).toHaveURL(/\/desk\/incidents\/[0-9A-F]{32}/);
});

test('an object that is not there, an empty list, a failing server', async ({ app }) => {
  await app.goto('/desk/nonsense');
  await expect(app.getByRole('heading', { name: /There is no such/ })).toBeVisible();
  await app.goto('/desk/frs_surveysessions');
  await expect(app.getByRole('heading', { name: /^No survey answers yet/ })).toBeVisible();
  await app.route(`**${odata}/problems*`, (route) => route.fulfill({ status: 500, json: { code: 'ISM_5000', message: ['It broke'] } }));
  await app.goto('/desk/problems');
  await expect(app.getByRole('button', { name: 'Try again' })).toBeVisible({ timeout: 15_000 });
});

test('who may not write is offered nothing that writes', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await signIn(page, demo.agent);
  await page.goto('/desk/frs_def_roles');
  await expect(table(page, 'Roles').getByRole('row').nth(2)).toBeVisible();
  await expect(page.getByRole('button', { name: 'New role' })).toHaveCount(0);
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await context.close();
});

test('a list is not built anew on the way to a record', async ({ app }) => {
  await app.goto('/desk/incidents');
  const row = app.locator('tbody tr:not([data-gap])').nth(3);
  await row.waitFor();
  const built = await app.evaluateHandle(() => {
    const tables: Node[] = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node instanceof Element && (node.matches('tr, table') || node.querySelector('table'))) tables.push(node);
    }).observe(document.querySelector('main') as Node, { childList: true, subtree: true });
    return tables;
  });
  const title = (await row.locator('td[data-wide]').innerText()).trim().slice(0, 20);
  await row.locator('td[data-wide]').click();
  await expect(app.getByRole('heading', { level: 1 })).toContainText(title);
  expect(await built.evaluate((tables) => tables.length)).toBe(0);
});

test('a list is sorted on a narrow window, too', async ({ app }) => {
  await app.goto('/desk/incidents');
  await app.setViewportSize({ width: 390, height: 800 });
  await app.getByRole('button', { name: 'Display and export' }).click();
  await app.getByRole('menuitem', { name: 'Sort by Subject' }).click();
  await expect(app).toHaveURL(/sort=Subject/);
  await expect(app.getByRole('menuitem', { name: 'Sort by Subject, ascending' })).toBeVisible();
  await app.getByRole('menuitem', { name: 'Sort by Subject, ascending' }).click();
  await expect(app).toHaveURL(/sort=-Subject/);
  await expect(app.getByRole('menuitem', { name: 'Sort by Subject, descending' })).toBeVisible();
  await picture(app, 'list-sort');
  await app.keyboard.press('Escape');
  const subjects = await app.locator('td[data-wide]').allInnerTexts();
  expect(subjects.length).toBeGreaterThan(2);
  await accessible(app);
  await app.setViewportSize({ width: 1280, height: 800 });
  await app.getByRole('button', { name: 'Display and export' }).click();
  await expect(app.getByRole('menuitem', { name: 'Sort by Subject' })).toHaveCount(0); // the heading does it
});
