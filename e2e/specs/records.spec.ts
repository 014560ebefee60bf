import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIRequestContext, Page } from '@playwright/test';
import { accessible, demo, expect, picture, signIn, test } from './app';

test.use({ actionTimeout: 15_000 });

const sets = '/api/odata/businessobject';

/** Asks the interface that programs use, as the person of the page. */
async function make(request: APIRequestContext, set: string, data: Record<string, unknown>) {
  const answer = await request.post(`${sets}/${set}`, { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Record<string, string>;
}

/** Opens the page of a record, and waits until it is there. */
async function open(page: Page, set: string, record: Record<string, string>) {
  await page.goto(`/desk/${set}/${record.RecId}`);
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
}

const panel = (page: Page) => page.getByRole('dialog');

/** Chooses in a list that is searched by typing. */
async function choose(page: Page, label: string | RegExp, typed: string, option: string | RegExp) {
  await panel(page).getByRole('combobox', { name: label, exact: true }).fill(typed);
  await page.getByRole('option', { name: option }).first().click();
}

test('a record is made, found and edited', async ({ app }) => {
  test.slow(); // it is one way through much
  const subject = `Printer of spec ${Date.now()}`;
  await test.step('make', async () => {
    await app.goto('/desk/incidents');
    await app.getByRole('button', { name: 'New incident' }).first().click();
    await panel(app).getByRole('button', { name: 'Create' }).click();
    await expect(panel(app).getByRole('alert')).toContainText('Subject: Needs a value.');
    await panel(app).getByLabel('Subject (required)').fill(subject);
    await panel(app).getByLabel('Description').fill('It smokes.\n<b>Really</b>');
    await choose(app, 'Customer', 'Martina Bauer', /Martina Bauer/);
    await choose(app, 'Impact', 'High', 'High');
    await accessible(app);
    await picture(app, 'record-new');
    await app.keyboard.press('Control+Enter');
    await expect(app.getByRole('heading', { level: 1, name: subject })).toBeVisible();
  });
  await test.step('find', async () => {
    await app.goto('/desk/incidents');
    await app.getByRole('searchbox', { name: 'Search' }).first().fill(subject);
    await app.getByRole('row').filter({ hasText: subject }).getByRole('link').click();
    await expect(app.getByRole('heading', { level: 1, name: subject })).toBeVisible();
    await expect(app.getByRole('link', { name: 'Martina Bauer' })).toBeVisible();
    await expect(app.getByText('<b>Really</b>')).toBeVisible();
  });
  await test.step('edit, with the fields that the status asks for', async () => {
    await app.keyboard.press('e');
    await choose(app, 'Status', 'Active', 'Active');
    await panel(app).getByRole('button', { name: 'Save changes' }).click();
    await expect(panel(app).getByRole('alert')).toContainText('Category: Needs a value.');
    await choose(app, /^Category \(required for Active\)/, 'Hardware', /^Hardware/);
    await choose(app, /^Owner \(required for Active\)/, 'Andrea', /Andrea Agent/);
    await app.keyboard.press('Control+Enter');
    await expect(app.getByText('Saved', { exact: false }).first()).toBeVisible();
    await expect(app.getByText('Active', { exact: true }).first()).toBeVisible();
    await expect(app.getByRole('link', { name: 'Andrea Agent' })).toBeVisible();
  });
  const history = app.getByRole('region', { name: 'History' });
  await expect(history.getByText('created the record')).toBeVisible();
  await expect(history.locator('del').filter({ hasText: 'Logged' })).toBeVisible();
});

test('a record is noted, attached to, related, acted on and deleted', async ({ app }) => {
  test.slow(); // it is one way through much
  const made = await make(app.request, 'incidents', { Subject: 'Acts of spec', Symptom: 'It smokes.', Status: 'Active', Category: 'Hardware', Owner: demo.agent.username });
  await open(app, 'incidents', made);
  await test.step('note', async () => {
    await app.getByLabel('New note').fill('Called. <script>alert(1)</script>\nSecond line');
    await app.getByLabel('New note').press('Control+Enter');
    await expect(app.getByRole('article').first()).toContainText('<script>alert(1)</script>');
    await expect(app.getByLabel('New note')).toHaveValue('');
  });
  await test.step('attach', async () => {
    const files = app.locator('input[type=file]');
    await files.setInputFiles([
      { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('it is on fire') },
      { name: 'evil.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ]);
    await expect(app.getByRole('list', { name: 'Attachments' }).getByRole('link', { name: 'Download log.txt' })).toBeVisible();
    await expect(app.getByRole('alert').filter({ hasText: 'evil.exe was not attached' })).toBeVisible();
    const download = app.waitForEvent('download');
    await app.getByRole('link', { name: 'Download log.txt' }).click();
    expect((await download).suggestedFilename()).toBe('log.txt');
    await files.setInputFiles([{ name: 'LOG.txt', mimeType: 'text/plain', buffer: Buffer.from('again') }]);
    await expect(app.getByRole('alert').filter({ hasText: 'already attached' })).toBeVisible();
  });
  await test.step('relate', async () => {
    await app.getByRole('button', { name: 'Configuration items', exact: true }).click();
    await app.getByRole('button', { name: 'Relate', exact: true }).click();
    await panel(app).getByRole('button', { name: 'Relate' }).click();
    await expect(panel(app).getByRole('alert')).toContainText('Choose a record.');
    await choose(app, /Configuration items/, 'NW-LT-10101', /NW-LT-10101/);
    await panel(app).getByRole('button', { name: 'Relate' }).click();
    const related = app.getByRole('list', { name: 'Configuration items' });
    await expect(related.getByRole('link', { name: 'NW-LT-10101' })).toBeVisible();
    await related.getByRole('button', { name: 'Part from NW-LT-10101' }).click();
    await panel(app).getByRole('button', { name: 'Part', exact: true }).click();
    await expect(related).toBeHidden();
  });
  await test.step('what is made from here belongs to it', async () => {
    await app.getByRole('button', { name: 'Tasks', exact: true }).click();
    await app.getByRole('button', { name: 'Create', exact: true }).click();
    await panel(app).getByLabel('Subject (required)').fill('Buy toner');
    await panel(app).getByRole('button', { name: 'Create' }).click();
    await expect(app.getByRole('list', { name: 'Tasks', exact: true }).getByRole('link', { name: 'Buy toner' })).toBeVisible();
  });
  await accessible(app);
  await picture(app, 'record');
  await test.step('act', async () => {
    await app.getByRole('button', { name: 'Actions' }).click();
    await app.getByRole('menuitem', { name: 'Resolve Incident' }).click();
    await panel(app).getByRole('button', { name: 'Resolve Incident' }).click();
    await expect(panel(app).getByRole('alert')).toContainText('Answer what is asked first.');
    await choose(app, 'Cause code (required)', 'Other', 'Other');
    await panel(app).getByLabel('Resolution (required)').fill('Put out.');
    await picture(app, 'record-action');
    await panel(app).getByRole('button', { name: 'Resolve Incident' }).click();
    await expect(panel(app)).toBeHidden();
    await expect(app.getByText('Resolved', { exact: true }).first()).toBeVisible();
  });
  await test.step('delete', async () => {
    await app.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(panel(app)).toContainText('With it goes: 1 attachment.');
    await expect(panel(app)).toContainText('1 note');
    await panel(app).getByRole('button', { name: 'Delete' }).click();
    await expect(app.getByRole('heading', { level: 1, name: 'Incidents' })).toBeVisible();
  });
});

test('of two who change the same record neither loses anything', async ({ app }) => {
  const made = await make(app.request, 'incidents', { Subject: 'Conflict of spec', Symptom: 'Before' });
  await open(app, 'incidents', made);
  await app.getByRole('button', { name: 'Edit' }).click();
  await panel(app).getByLabel('Subject (required)').fill('Mine');
  await panel(app).getByLabel('Description').fill('My description');
  await choose(app, 'Urgency', 'Low', 'Low');
  const other = await app.request.patch(`${sets}/incidents('${made.RecId}')`, {
    data: { Subject: 'Theirs \u202Eabc', Symptom: 'Their description', Impact: 'High' },
  });
  expect(other.status()).toBe(200);
  await panel(app).getByRole('button', { name: 'Save changes' }).click();
  const conflict = panel(app).getByRole('alert');
  await expect(conflict).toContainText('has changed this record');
  await expect(conflict).toBeFocused();
  await expect(conflict.getByRole('radiogroup')).toHaveCount(2);
  await expect(conflict).toContainText('Theirs: High');
  await expect(panel(app).getByLabel('Subject (required)')).toHaveValue('Mine');
  await accessible(app);
  await picture(app, 'record-conflict');
  await conflict.getByRole('radiogroup', { name: 'Description' }).getByRole('radio', { name: /^Theirs/ }).check();
  await expect(panel(app).getByRole('textbox', { name: 'Description' })).toHaveValue('Their description');
  await panel(app).getByRole('button', { name: 'Save changes' }).click();
  await expect(panel(app)).toBeHidden();
  const now = await (await app.request.get(`${sets}/incidents('${made.RecId}')`)).json();
  expect(now).toMatchObject({ Subject: 'Mine', Symptom: 'Their description', Impact: 'High', Urgency: 'Low' });
});

test('what is typed survives a reload, and is gone once it is saved or discarded', async ({ app }) => {
  const made = await make(app.request, 'incidents', { Subject: 'Draft of spec' });
  await open(app, 'incidents', made);
  await app.keyboard.press('e');
  await panel(app).getByLabel('Subject (required)').fill('Half a thought');
  await app.getByLabel('New note').first().waitFor();
  await app.reload();
  await app.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(panel(app).getByRole('status', { name: 'What you typed before is here' })).toBeVisible();
  await expect(panel(app).getByLabel('Subject (required)')).toHaveValue('Half a thought');
  await picture(app, 'record-draft');
  await panel(app).getByRole('button', { name: 'Cancel' }).click();
  await app.getByRole('button', { name: 'Discard' }).click();
  await app.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(panel(app).getByLabel('Subject (required)')).toHaveValue('Draft of spec');
  expect(await app.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('provost.draft')))).toEqual([]);
});

test('whatever somebody typed is text, and stays within itself', async ({ app }) => {
  const nasty = `<img src=x onerror=alert(1)> \u202Egnp.exe \u05E9\u05DC\u05D5\u05DD 🧯 ${'w'.repeat(300)}`;
  const made = await make(app.request, 'incidents', { Subject: nasty, Symptom: `${'long '.repeat(2000)}<script>x</script>`, Resolution: '<div><p>From a page</p><script>alert(1)</script></div>' });
  await open(app, 'incidents', made);
  await expect(app.getByRole('heading', { level: 1 })).toContainText('<img src=x onerror=alert(1)>');
  await expect(app.getByText('From a page', { exact: true })).toBeVisible();
  for (const width of [1280, 360]) {
    await app.setViewportSize({ width, height: 800 });
    expect(await app.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  }
  await app.setViewportSize({ width: 1280, height: 800 });
  await picture(app, 'record-nasty');
  await app.keyboard.press('e');
  await expect(panel(app).getByLabel('Subject (required)')).toHaveValue(nasty);
  await panel(app).getByLabel('Subject (required)').fill('x'.repeat(501));
  await app.keyboard.press('Control+Enter');
  await expect(panel(app).getByRole('alert')).toContainText('Takes 500 characters, and has 501.');
});

test('an agent sees and does what the role allows', async ({ page, complaints }) => {
  page.on('pageerror', (error) => complaints.push(String(error)));
  await signIn(page, demo.agent);
  const one = async (set: string) => (await (await page.request.get(`${sets}/${set}?$top=1`)).json()).value[0].RecId as string;
  await page.goto(`/desk/incidents/${await one('incidents')}`);
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeHidden();
  await page.goto(`/desk/frs_compositecontract_contacts/${await one('frs_compositecontract_contacts')}`);
  await expect(page.getByText('This object shows records of others.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit' })).toBeHidden();
  await page.goto(`/desk/incidents/${'0'.repeat(32)}`);
  await expect(page.getByRole('heading', { name: 'There is no such incident' })).toBeVisible();
  await accessible(page);
  await picture(page, 'record-unknown');
  await page.goto(`/desk/nonsenses/${'0'.repeat(32)}`);
  await expect(page.getByRole('heading', { name: 'There is no such object' })).toBeVisible();
});

test('a record of a group opens as the kind that it is', async ({ app }) => {
  const made = await make(app.request, 'task__assignments', { Subject: 'Kind of spec' });
  await app.goto(`/desk/tasks/${made.RecId}`);
  await expect(app).toHaveURL(new RegExp(`/desk/task__assignments/${made.RecId}`));
  await expect(app.getByRole('heading', { level: 1, name: 'Kind of spec' })).toBeVisible();
});

test('an object of the tenant works without a line of code', async ({ app }) => {
  expect(process.env.PROVOST_DATA, 'names the data folder of the demo').toBeDefined();
  const name = `Spec${Date.now().toString(36)}`;
  const file = join(mkdtempSync(join(tmpdir(), 'provost-spec-')), 'object.json');
  writeFileSync(
    file,
    JSON.stringify({
      lists: [{ name: `${name}Kind`, values: ['Leasing', 'Maintenance'] }],
      objects: [
        {
          object: `${name}#`,
          label: 'Contract',
          plural: 'Contracts',
          title: 'Name',
          number: { field: 'ContractNumber', start: 1001 },
          fields: [
            { name: 'ContractNumber', label: 'Contract number', type: 'number', index: 'unique' },
            { name: 'Name', max: 200, required: true, index: true, search: true },
            { name: 'Kind', type: 'picklist', list: `${name}Kind`, default: 'Maintenance' },
            { name: 'Budget', type: 'money' },
            { name: 'Share', type: 'decimal' },
            { name: 'Seats', type: 'number' },
            { name: 'Renews', type: 'boolean', default: 'true' },
            { name: 'EndDate', label: 'Ends', type: 'datetime' },
            { name: 'Responsible', type: 'link', target: 'Employee#' },
            { name: 'Text', type: 'text', max: 20000 },
          ],
          relationships: [{ name: `${name}AssociatesCI`, label: 'Covers', target: 'CI#' }],
        },
      ],
    }),
  );
  execFileSync(process.env.PROVOST_BINARY ?? '../bin/provost', ['object', 'apply', '-f', file], { env: process.env });
  const made = await make(app.request, `${name.toLowerCase()}s`, { Name: 'First' });
  await open(app, `${name.toLowerCase()}s`, made);
  await app.keyboard.press('e');
  const form = panel(app);
  await form.getByLabel('Budget: amount').fill('1234.5');
  await form.getByLabel('Budget: currency').fill('chf');
  await form.getByLabel('Share').fill('0,5');
  await form.getByLabel('Seats').fill('12');
  await form.getByLabel('Ends').fill('2027-06-30T14:30');
  await form.getByLabel('Renews').uncheck();
  await form.getByLabel('Text').fill('Some\nlines');
  await choose(app, 'Kind', 'Leas', 'Leasing');
  await choose(app, 'Responsible', 'Martina Bauer', /Martina Bauer/);
  await app.keyboard.press('Control+Enter');
  await expect(form.getByRole('alert')).toContainText('Share: Is a number');
  await form.getByLabel('Share').fill('0.5');
  await accessible(app);
  await picture(app, 'record-custom-edit');
  await app.keyboard.press('Control+Enter');
  await expect(panel(app)).toBeHidden();
  await expect(app.getByText('CHF', { exact: false }).first()).toBeVisible();
  const now = await (await app.request.get(`${sets}/${name.toLowerCase()}s('${made.RecId}')`)).json();
  expect(now).toMatchObject({ Budget: '1234.5000', Budget_Currency: 'CHF', Share: '0.5000', Seats: 12, Renews: false, EndDate: '2027-06-30T12:30:00Z', Kind: 'Leasing', Text: 'Some\nlines' });
  await picture(app, 'record-custom');
});

test('everything is done without a mouse', async ({ app }) => {
  const made = await make(app.request, 'problems', { Subject: 'Keyboard of spec' });
  await open(app, 'problems', made);
  await expect(app.getByRole('heading', { level: 1, name: 'Keyboard of spec' })).toBeVisible();
  await app.keyboard.press('e');
  await expect(panel(app).getByLabel('Subject (required)')).toBeFocused();
  await app.keyboard.press('ControlOrMeta+a');
  await app.keyboard.type('Typed alone');
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('heading', { level: 1, name: 'Typed alone' })).toBeVisible();
  await expect(panel(app)).toBeHidden();
  await app.keyboard.press('Control+k');
  await expect(app.getByPlaceholder('Search pages, acts and records')).toBeFocused();
  await app.keyboard.type('Delete problem');
  await expect(app.getByRole('button', { name: 'Delete problem' })).toBeVisible();
  await app.keyboard.press('Enter');
  await expect(panel(app).getByRole('button', { name: 'Cancel' })).toBeFocused();
  await app.keyboard.press('Tab');
  await app.keyboard.press('Enter');
  await expect(app.getByText('Deleted Typed alone.')).toBeVisible();
});

test('a name that turns the direction of writing turns nothing around it', async ({ app }) => {
  const name = `Turned \u202Enips ${Date.now()}`;
  const made = await make(app.request, 'incidents', { Subject: name });
  await open(app, 'incidents', made);
  expect(await app.title()).toContain(`\u2068${name}\u2069 · `);
  await app.keyboard.press('e');
  await panel(app).getByLabel('Subject (required)').fill(`${name} \u2069!`);
  await app.keyboard.press('Control+Enter');
  await expect(app.getByText(`Saved \u2068${name} !\u2069.`)).toBeVisible(); // its own mark does not end ours
  await expect(app.getByRole('heading', { level: 1 }).locator('bdi')).toHaveText(`${name} \u2069!`); // what is stored has it
  await app.goto(`/desk/incidents?search=${encodeURIComponent(String(name.split(' ').pop()))}`);
  await app.setViewportSize({ width: 390, height: 800 });
  const row = app.locator('tbody tr').filter({ hasText: name });
  const cells = row.locator('td:not([data-tick])').filter({ hasText: /./ });
  for (const cell of await cells.all())
    expect(await cell.evaluate((td) => [...td.childNodes].every((node) => node.nodeType !== Node.TEXT_NODE)), await cell.innerText()).toBe(true);
  await expect(row.locator('bdi').filter({ hasText: name })).toBeVisible();
  await picture(app, 'records-turned');
  await row.getByRole('checkbox').check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.getByRole('dialog').locator('bdi').filter({ hasText: name })).toBeVisible();
});
