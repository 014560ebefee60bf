import type { Page } from '@playwright/test';
import { accessible, expect, picture, test } from './app';

test.describe.configure({ timeout: 240_000 }); // each goes through a whole page, in light and in dark

const stamp = Date.now().toString(36);
const sets = '/api/odata/businessobject';

/** The rows of a table. */
const row = (app: Page, table: string, name: string | RegExp) => app.getByRole('table', { name: table }).getByRole('row', { name });

/** Chooses a tab of the object that is open. */
const tab = (app: Page, name: string) => app.getByRole('tab', { name }).click();

/** Writes a definition over the API. */
async function define(app: Page, definition: Record<string, unknown>) {
  const answer = await app.request.post('/api/admin/v1/objects', { data: definition });
  expect(answer.status(), await answer.text()).toBe(201);
}

/** Deletes an object over the API. */
const erase = (app: Page, object: string) => app.request.delete(`/api/admin/v1/objects/${object}?confirm=${object}`);

test('business objects are listed, searched and reached by keys', async ({ app }) => {
    const list = app.getByRole('main');
  await app.goto('/');
  await expect(app.getByRole('heading', { level: 1 })).toBeVisible();
  await app.keyboard.press('g');
  await app.keyboard.press('o');
  await expect(app.getByRole('heading', { level: 1, name: 'Business objects' })).toBeVisible();
  await expect(list.getByRole('link', { name: 'Changes', exact: true })).toBeVisible();
  await accessible(app);
  await picture(app, 'objects');
  await app.getByRole('searchbox', { name: 'Search' }).fill('incident#');
  await expect(list.getByRole('link', { name: 'Incidents', exact: true })).toBeVisible();
  await expect(list.getByRole('link', { name: 'Changes', exact: true })).toBeHidden();
  await list.getByRole('link', { name: 'Incidents', exact: true }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Incidents' })).toBeVisible();
  await app.goto('/admin/business-objects/Nothing');
  await expect(app.getByRole('heading', { name: 'There is no such thing' })).toBeVisible();
  await app.goto('/admin/business-objects/Task%23Assignment');
  await expect(app.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(app.getByText('Task#Assignment').first()).toBeVisible();
});

test('an object with fields of every type, a pick list and a number is made, and its records are there at once', async ({ app }) => {
    const list = `Kind${stamp}`;
  await app.goto('/admin/pick-lists');
  await app.getByRole('button', { name: 'New pick list' }).click();
  await app.getByLabel('Name (required)').fill(list);
  await app.getByLabel('Values (optional)').fill('City\nSafari\nsafari');
  await app.getByRole('button', { name: 'Create list' }).click();
  await expect(app.getByRole('alert').first()).toContainText('is there already, as value 2');
  await app.getByLabel('Values (optional)').fill('City\nSafari');
  await app.getByRole('button', { name: 'Create list' }).click();
  await expect(app.getByRole('heading', { level: 1, name: list })).toBeVisible();

  const name = `Zoo${stamp}`;
  await app.goto('/admin/business-objects');
  await app.getByRole('button', { name: 'New object' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Technical name (required)').fill('<b>zoo</b>');
  await panel.getByRole('button', { name: 'Create object' }).click();
  await expect(panel.getByRole('alert')).toContainText('is not a name for an object');
  await panel.getByLabel('Technical name (required)').fill(name);
  await panel.getByLabel('Label (optional)', { exact: true }).fill(`Zoo ${stamp}`);
  await panel.getByLabel('Label of several').fill(`Zoos ${stamp}`);
  await accessible(app);
  await picture(app, 'object-new');
  await app.keyboard.press('Control+Enter');
  await expect(app.getByRole('heading', { level: 1, name: `Zoos ${stamp}` })).toBeVisible();

  const add = async (field: string, type: string, more?: () => Promise<unknown>) => {
    await app.getByRole('button', { name: 'New field' }).click();
    const form = app.getByRole('dialog', { name: 'New field' });
    await form.getByLabel('Name (required)').fill(field);
    await form.getByLabel('Type', { exact: true }).selectOption({ label: type });
    await more?.();
    await form.getByRole('button', { name: 'Add field' }).click();
    await expect(form).toBeHidden();
    await expect(row(app, 'Fields', new RegExp(`^${field}\\b`))).toBeVisible();
  };
  await add('Motto', 'Text', () => app.getByLabel('Most characters (optional)').fill('500'));
  await add('Visitors', 'Whole number', () => app.getByLabel('Index').selectOption({ label: 'For every record' }));
  await add('Area', 'Decimal number');
  await add('Budget', 'Amount of money');
  await add('IsFree', 'Yes or no', () => app.getByLabel('Default (optional)').fill('true'));
  await add('Founded', 'Date and time');
  await add('Kind', 'Pick list', async () => {
    await app.getByLabel('Pick list (required)').selectOption(list);
    await app.getByLabel('Default (optional)').fill('City');
    await picture(app, 'object-field');
    await accessible(app);
  });
  await add('Keeper', 'Link to a record', () => app.getByLabel('Links to (required)').selectOption('Employee#'));
  await picture(app, 'object-fields');
  await accessible(app);

  const made = await app.request.post(`${sets}/${name.toLowerCase()}s`, {
    data: { Name: 'Berlin', Motto: 'Wild', Visitors: 3, Area: '1.5', Budget: '10', Founded: '1844-08-01T00:00:00Z', Kind: 'safari' },
  });
  expect(made.status(), await made.text()).toBe(201);
  const record = await (await app.request.get(`${sets}/${name.toLowerCase()}s('${(await made.json()).RecId}')`)).json();
  expect(record).toMatchObject({ Name: 'Berlin', Visitors: 3, Area: '1.5000', Budget: '10.0000', IsFree: true, Kind: 'Safari', [`${name}Number`]: 1001 });
  expect((await app.request.post(`${sets}/${name.toLowerCase()}s`, { data: { Name: 'X', Kind: 'Moon' } })).status()).toBe(400);

  // Refusals stand at their fields, and what was typed stays.
  await app.getByRole('button', { name: 'New field' }).click();
  const form = app.getByRole('dialog', { name: 'New field' });
  await form.getByLabel('Name (required)').fill('Motto');
  await form.getByRole('button', { name: 'Add field' }).click();
  await expect(form.getByRole('alert')).toContainText('is taken');
  await form.getByLabel('Name (required)').fill('Big');
  await form.getByLabel('Most characters (optional)').fill('900');
  await form.getByLabel('Index').selectOption({ label: 'For every record' });
  await form.getByRole('button', { name: 'Add field' }).click();
  await expect(form.getByRole('alert')).toContainText('an indexed text holds at most 500 characters');
  await expect(form.getByLabel('Name (required)')).toHaveValue('Big');
  await app.keyboard.press('Escape');
  await app.getByRole('button', { name: 'Discard' }).click();

  // A field is removed: it says how many records hold a value.
  await app.getByRole('button', { name: 'Visitors', exact: true }).click();
  await app.getByRole('button', { name: 'Remove field' }).click();
  const sure = app.getByRole('dialog', { name: 'Remove the field Visitors?' });
  await expect(sure).toContainText('1 record holds values');
  await picture(app, 'object-field-remove');
  await sure.getByRole('button', { name: 'Remove field' }).click();
  await expect(app.getByRole('button', { name: 'Visitors', exact: true })).toBeHidden();
  await expect(app.getByRole('region', { name: 'Removed fields' })).toContainText('Visitors');

  await tab(app, 'Number');
  await expect(app.getByRole('tabpanel')).toContainText(`${name}Number`);
  await tab(app, 'Pick lists');
  await expect(app.getByRole('region', { name: list })).toContainText('Safari');
  await picture(app, 'object-lists');

  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  const last = app.getByRole('dialog');
  await expect(last).toContainText('1 record and all that is attached');
  await last.getByLabel(`Type ${name} to confirm`).fill(name);
  await last.getByRole('button', { name: 'Delete' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Business objects' })).toBeVisible();
  expect((await app.request.get(`${sets}/${name.toLowerCase()}s`)).status()).toBeGreaterThanOrEqual(400);
  await app.request.delete(`/api/admin/v1/lists/${list}`);
});

test('a field added to Incident is on the OData API at once', async ({ app }) => {
  const field = `acme_${stamp}`;
  await app.goto('/admin/business-objects/Incident');
  await app.getByRole('button', { name: 'New field' }).click();
  const form = app.getByRole('dialog', { name: 'New field' });
  await form.getByLabel('Name (required)').fill(field);
  await form.getByLabel('Label (optional)').fill('Project code <b>');
  await form.getByRole('button', { name: 'Add field' }).click();
  await expect(form).toBeHidden();
  await app.getByRole('searchbox', { name: 'Find a field' }).fill(field);
  await expect(app.getByRole('button', { name: 'Project code <b>' })).toBeVisible();
  const first = await (await app.request.get(`${sets}/incidents?$top=1&$select=RecId,${field}`)).json();
  expect(first.value[0]).toHaveProperty(field, null);
  const changed = await app.request.patch(`${sets}/incidents('${first.value[0].RecId}')`, { data: { [field]: 'Ark' } });
  expect((await changed.json())[field]).toBe('Ark');

  await app.getByRole('searchbox', { name: 'Find a field' }).fill('Subject');
  await app.getByRole('button', { name: 'Subject', exact: true }).click();
  await expect(app.getByRole('dialog').getByRole('button', { name: 'Remove field' })).toBeHidden(); // it is of the product
  await app.keyboard.press('Escape');
  await app.request.delete(`/api/admin/v1/objects/Incident/fields/${field}`);
});

test('a status flow is drawn, and enforced where the tenant says so', async ({ app }) => {
    const list = `State${stamp}`;
  const object = `Flow${stamp}`;
  await app.request.post('/api/admin/v1/lists', { data: { name: list, values: [{ value: 'New' }, { value: 'Active' }, { value: 'Ended' }] } });
  await define(app, {
    object,
    fields: [{ name: 'Name' }, { name: 'Reason' }, { name: 'Status', type: 'picklist', list, default: 'New' }],
  });
  await app.goto(`/admin/business-objects/${object}?tab=status`);
  await expect(app.getByRole('heading', { name: 'This object has no status rule' })).toBeVisible();
  await accessible(app);
  await app.getByRole('button', { name: 'Add a status rule' }).click();
  await expect(app.getByText('No flow is drawn')).toBeVisible();
  await app.getByRole('button', { name: 'Draw a flow' }).click();
  await app.getByRole('checkbox', { name: 'From New to Ended' }).uncheck();
  await app.getByRole('checkbox', { name: 'From Ended to New' }).focus();
  await app.keyboard.press('Space');
  await app.getByRole('checkbox', { name: 'From Ended to Active' }).uncheck();
  await app.getByRole('combobox', { name: 'Required in Ended' }).click();
  await app.getByRole('option', { name: 'Reason' }).click();
  await app.keyboard.press('Escape');
  await expect(app.getByText('You have changes that are not saved.')).toBeVisible();
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('You have changes that are not saved.')).toBeHidden();
  await expect(app.getByText('The flow is not enforced')).toBeVisible();
  await app.getByRole('button', { name: 'Enforce it' }).click();
  await expect(app.getByText('The flow is enforced')).toBeVisible();
  await accessible(app);
  await picture(app, 'object-status');

  const set = `${sets}/${object.toLowerCase()}s`;
  const { RecId } = await (await app.request.post(set, { data: { Name: 'A' } })).json();
  const go = async (Status: string, more = {}) => (await app.request.patch(`${set}('${RecId}')`, { data: { Status, ...more } })).status();
  expect(await go('Ended', { Reason: 'x' })).toBe(400);
  expect(await go('Active')).toBe(200);
  expect(await go('Ended')).toBe(400); // it needs a reason
  expect(await go('Ended', { Reason: 'over' })).toBe(200);
  expect(await go('Active')).toBe(400);
  await app.getByRole('button', { name: 'Do not enforce it' }).click();
  await expect(app.getByText('The flow is not enforced')).toBeVisible();
  expect(await go('Active')).toBe(200);
  await erase(app, object);
  await app.request.delete(`/api/admin/v1/lists/${list}`);
});

test('relationships, searches, actions and the priority matrix are made and removed', async ({ app }) => {
    const object = `Parts${stamp}`;
  await define(app, {
    object,
    fields: [{ name: 'Name' }, { name: 'Impact' }, { name: 'Urgency' }, { name: 'Priority' }, { name: 'IsFree', type: 'boolean' }],
  });
  const set = `${sets}/${object.toLowerCase()}s`;
  const { RecId } = await (await app.request.post(set, { data: { Name: 'A' } })).json();
  await app.goto(`/admin/business-objects/${object}?tab=relationships`);
  await app.getByRole('button', { name: 'New relationship' }).click();
  let panel = app.getByRole('dialog', { name: 'New relationship' });
  await panel.getByLabel('Name (required)').fill(`${object}AssociatesCI`);
  await panel.getByRole('button', { name: 'Add relationship' }).click();
  await expect(panel.getByRole('alert')).toBeVisible();
  await panel.getByLabel('Leads to').selectOption('CI#');
  await panel.getByRole('button', { name: 'Add relationship' }).click();
  await expect(app.getByRole('button', { name: `${object}AssociatesCI` })).toBeVisible();
  await accessible(app);
  await picture(app, 'object-relationships');

  await tab(app, 'Saved searches');
  await app.getByRole('button', { name: 'New saved search' }).click();
  panel = app.getByRole('dialog', { name: 'New saved search' });
  await panel.getByLabel('Name (required)').fill('My Free Ones');
  await panel.getByLabel('Filter (optional)').fill('IsFree eq');
  await panel.getByRole('button', { name: 'Count what it finds' }).click();
  await expect(panel.getByLabel('Filter (optional)')).toHaveAttribute('aria-invalid', 'true');
  await panel.getByLabel('Filter (optional)').fill("IsFree eq false and CreatedBy eq '$Me'");
  await panel.getByRole('button', { name: 'Count what it finds' }).click();
  await expect(panel.getByText('It finds 1 record for you.')).toBeVisible();
  await accessible(app);
  await picture(app, 'object-search');
  await panel.getByRole('button', { name: 'Add search' }).click();
  await expect(app.getByRole('button', { name: 'My Free Ones' })).toBeVisible();
  expect((await (await app.request.get(`${set}/My_Free_Ones`)).json())['@odata.count']).toBe(1);

  await tab(app, 'Quick actions');
  await app.getByRole('button', { name: 'New quick action' }).click();
  panel = app.getByRole('dialog', { name: 'New quick action' });
  await panel.getByLabel('Name (required)').fill('Free it');
  await panel.getByRole('button', { name: 'Add a field to set' }).click();
  await panel.getByLabel('Field 1').selectOption('IsFree');
  await panel.getByLabel('Value 1').fill('true');
  await accessible(app);
  await picture(app, 'object-action');
  await panel.getByRole('button', { name: 'Add action' }).click();
  await expect(app.getByRole('button', { name: 'Free it' })).toBeVisible();
  expect((await app.request.post(`${set}('${RecId}')/Free_it`)).status()).toBe(200);

  await tab(app, 'Priority matrix');
  await app.getByRole('button', { name: 'Add the matrix' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('table', { name: 'Priority matrix' })).toBeVisible();
  await picture(app, 'object-priority');
  const urgent = await app.request.patch(`${set}('${RecId}')`, { data: { Impact: 'High', Urgency: 'Medium' } });
  expect((await urgent.json()).Priority).toBe('2');

  for (const [name, part, act] of [
    ['Relationships', `${object}AssociatesCI`, 'Remove relationship'],
    ['Saved searches', 'My Free Ones', 'Remove search'],
    ['Quick actions', 'Free it', 'Remove action'],
  ] as const) {
    await tab(app, name);
    await app.getByRole('button', { name: part }).click();
    await app.getByRole('dialog').getByRole('button', { name: act }).click();
    await app.getByRole('dialog').last().getByRole('button', { name: act }).click();
    await expect(app.getByRole('button', { name: part })).toBeHidden();
  }
  await erase(app, object);
});

test('two administrators do not overwrite each other, and a file is seen before it is applied', async ({ app }) => {
  const object = `Both${stamp}`;
  await define(app, { object, label: 'Both', plural: `Both ${stamp}`, fields: [{ name: 'Name', search: true }] });
  await app.goto(`/admin/business-objects/${object}`);
  await app.getByRole('button', { name: 'Edit labels' }).click();
  const panel = app.getByRole('dialog');
  await panel.getByLabel('Label', { exact: true }).fill('Mine');
  await app.request.post(`/api/admin/v1/objects/${object}/fields`, { data: { name: 'Theirs' } });
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel.getByRole('alert')).toContainText('Somebody else has changed this object in the meantime: fields Theirs.');
  await expect(panel.getByLabel('Label', { exact: true })).toHaveValue('Mine');
  await picture(app, 'object-conflict');
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await expect(panel).toBeHidden();
  const now = await (await app.request.get(`/api/admin/v1/objects/${object}`)).json();
  expect(now.label).toBe('Mine');
  expect(now.definition.fields.map((f: { name: string }) => f.name)).toContain('Theirs');

  await tab(app, 'Definition');
  await expect(app.getByRole('region', { name: 'Definition' })).toContainText('"Theirs"');
  await accessible(app);
  await picture(app, 'object-definition');
  await app.getByRole('button', { name: 'Apply a changed definition' }).click();
  const apply = app.getByRole('dialog', { name: 'Apply definitions' });
  const text = apply.getByLabel('Definition (JSON)');
  await text.fill('{"object":');
  await apply.getByRole('button', { name: 'See what would change' }).click();
  await expect(apply.getByRole('alert')).toContainText('This is not JSON');
  await text.fill(JSON.stringify({ object: `${object}#`, fields: [{ name: 'Name' }, { name: 'Wrong', type: 'link' }] }));
  await apply.getByRole('button', { name: 'See what would change' }).click();
  await expect(apply.getByText('a link needs a target')).toBeVisible();
  await expect(apply.getByText('/objects/0/fields/1/target')).toBeVisible();
  await text.fill(JSON.stringify({ object: `${object}#`, fields: [{ name: 'Name' }, { name: 'Code', index: 'unique' }] }));
  await apply.getByRole('button', { name: 'See what would change' }).click();
  await expect(apply.getByText('fields Theirs')).toBeVisible();
  await expect(apply.getByText('No record holds a value.')).toBeVisible();
  await accessible(app);
  await picture(app, 'object-apply');
  await apply.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(apply).toBeHidden();
  await tab(app, 'Fields');
  await expect(row(app, 'Fields', /^Code\b/)).toBeVisible();
  await erase(app, object);
});

test('the values of a pick list are moved, renamed, deactivated and removed', async ({ app }) => {
  const list = `Values${stamp}`;
  const object = `Holds${stamp}`;
  await app.request.post('/api/admin/v1/lists', { data: { name: list, values: [{ value: 'A' }, { value: 'B' }, { value: 'C' }] } });
  await define(app, { object, fields: [{ name: 'Kind', type: 'picklist', list }] });
  const set = `${sets}/${object.toLowerCase()}s`;
  await app.request.post(set, { data: { Kind: 'B' } });
  await app.goto('/admin/pick-lists');
  await app.getByRole('searchbox', { name: 'Search' }).fill(list);
  await accessible(app);
  await picture(app, 'pick-lists');
  await app.getByRole('link', { name: list }).click();
  await expect(row(app, 'Values', /^B/)).toContainText('1');
  await app.getByRole('button', { name: 'Move C up' }).focus();
  await app.keyboard.press('Enter');
  await expect(app.getByText('C is now number 2.')).toBeAttached();

  await app.getByRole('button', { name: 'B', exact: true }).click();
  await app.getByLabel('Label (optional)').fill('Second <i>');
  await app.getByLabel('Other spellings (optional)').fill('two, zwei');
  await app.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByRole('button', { name: 'Second <i>' })).toBeVisible();
  expect((await app.request.post(set, { data: { Kind: 'zwei' } })).status()).toBe(201);

  await app.getByRole('button', { name: 'Add value' }).click();
  await app.getByLabel('Value (required)').fill('a');
  await app.getByRole('dialog').getByRole('button', { name: 'Add value' }).click();
  await expect(app.getByRole('alert')).toContainText('in the list already');
  await app.getByLabel('Value (required)').fill('D');
  await app.getByRole('dialog').getByRole('button', { name: 'Add value' }).click();
  await expect(app.getByRole('button', { name: 'D', exact: true })).toBeVisible();

  await app.getByRole('button', { name: 'Second <i>' }).click();
  await app.getByRole('button', { name: 'Deactivate' }).click();
  await expect(row(app, 'Values', /^Second/)).toContainText('Inactive');
  expect((await app.request.post(set, { data: { Kind: 'B' } })).status()).toBe(400);
  await accessible(app);
  await picture(app, 'pick-list');

  await app.getByRole('button', { name: 'Second <i>' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  const sure = app.getByRole('dialog', { name: 'Remove the value B?' });
  await expect(sure).toContainText('2 records hold it and keep it');
  await sure.getByRole('button', { name: 'Remove' }).click();
  await expect(app.getByRole('button', { name: 'Second <i>' })).toBeHidden();

  await app.getByRole('button', { name: 'Delete' }).click();
  const last = app.getByRole('dialog', { name: `Delete the list ${list}?` });
  await last.getByLabel(`Type ${list} to confirm`).fill(list);
  await last.getByRole('button', { name: 'Delete' }).click();
  await expect(last.getByRole('alert').last()).toContainText('is used by the field Kind');
  await erase(app, object);
  await last.getByRole('button', { name: 'Delete' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Pick lists' })).toBeVisible();
});
