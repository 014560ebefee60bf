import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { accessible, demo, expect, leave, picture, signIn, test } from './app';
import { certify, metadata, pem, requestOf, respond, rsa } from './identityProvider';

const api = '/api/admin/v1';
const same = { 'Sec-Fetch-Site': 'same-origin' };
const key = rsa();
const raw = certify(key, 900);
const login = 'https://login.microsoftonline.com/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/saml2';
const microsoft = 'http://schemas.microsoft.com/identity/claims/';
const claims2005 = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const groups = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
const team = '5f1c0d3e-aaaa-4a51-9d57-0b1d3c5f7a90';

let made = 0;
/** An identifier that nobody else has. */
const entity = () => `https://sts.windows.net/${randomUUID()}/`;

interface Provider {
  id: string;
  name: string;
  version: number;
}

/** Makes a provider by the API. */
async function provider(app: Page, more: Record<string, unknown> = {}): Promise<Provider> {
  const data = {
    kind: 'saml',
    preset: 'entra',
    name: `Entra of spec ${Date.now()}-${made++}`,
    entity_id: entity(),
    sso_url: login,
    certificate: raw.toString('base64'),
    create_users: true,
    ...more,
  };
  const answer = await app.request.post(`${api}/identity-providers`, { data, headers: same });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Provider;
}

const page = (p: Provider) => `/admin/single-sign-on/${p.id}`;
const heading = (app: Page, name: string) => app.getByRole('heading', { level: 1, name });
const region = (app: Page, name: string) => app.getByRole('region', { name, exact: true });

/** Opens the panel for a new provider and goes on to its second step. */
async function begin(app: Page, which: string) {
  await app.goto('/admin/single-sign-on');
  await heading(app, 'Single sign-on').waitFor();
  await app.keyboard.press('c');
  const first = app.getByRole('dialog', { name: 'New identity provider' });
  await first.getByRole('radio', { name: which }).check();
  await first.getByRole('button', { name: 'Continue' }).click();
  return app.getByRole('dialog', { name: which });
}

/** Nothing in these parts of the page is cut off or has to be scrolled to the side, as wide as the page is and on a telephone. */
async function nothingCut(app: Page, parts: Locator[]) {
  const size = app.viewportSize();
  for (const width of [1280, 390]) {
    await app.setViewportSize({ width, height: 800 });
    for (const part of parts)
      await expect
        .poll(() =>
          part.evaluate((node) =>
            [node, ...node.querySelectorAll('*')]
              .filter((one) => {
                const { overflowX } = getComputedStyle(one);
                const { right, width: wide } = one.getBoundingClientRect();
                const unseen = one.closest('thead, [style*="position: absolute"]') !== null || wide <= 1;
                return !unseen && ((overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1) || right > node.getBoundingClientRect().right + 1);
              })
              .map((one) => one.outerHTML.slice(0, 200)),
          ),
        )
        .toEqual([]);
  }
  if (size) await app.setViewportSize(size);
}

/** Somebody comes from a provider with a message that is signed, to be signed in. */
async function arrive(app: Page, p: Provider, entityID: string, name: string, signer = key) {
  const ours = (await (await app.request.get('/sso/metadata')).text()).match(/entityID="([^"]+)"/)?.[1] ?? '';
  const recipient = `${ours}handlers/sso/SamlAssertionConsumerHandler.ashx`;
  const out = await app.request.get(`/sso/${p.id}/login`, { maxRedirects: 0 });
  const attributes = {
    [`${microsoft}objectidentifier`]: [randomUUID()],
    [`${claims2005}name`]: [name],
    [`${claims2005}emailaddress`]: [name],
    [`${claims2005}givenname`]: ['Grace'],
    [`${claims2005}surname`]: ['Hopper'],
  };
  const said = { entityID, audience: ours, recipient, request: requestOf(out.headers().location ?? ''), nameID: name, attributes };
  return app.request.post(recipient, { form: { SAMLResponse: respond(said, signer.privateKey) }, maxRedirects: 0 });
}

test.afterEach(async ({ app }) => {
  await signIn(app); // whoever a spec has become
  const { items } = (await (await app.request.get(`${api}/identity-providers?limit=50`)).json()) as { items: Provider[] };
  for (const p of items) await app.request.delete(`${api}/identity-providers/${p.id}`, { headers: same });
});

test('the page says what it is for before there is a provider, and what to paste there', async ({ app }) => {
  await app.route('**/api/admin/v1/identity-providers?*', (route) => route.fulfill({ json: { items: [] } }));
  await app.goto('/admin/single-sign-on');
  await expect(app.getByRole('heading', { name: 'Nobody signs in from elsewhere yet' })).toBeVisible();
  const ours = region(app, 'For your identity provider');
  await ours.getByRole('button', { name: 'Copy: Identifier (Entity ID)' }).click();
  const copied = () => app.evaluate(() => navigator.clipboard.readText());
  expect(await copied()).toBe(`${demo.base_url.replace(/\/$/, '')}/`);
  await ours.getByRole('button', { name: 'Copy: Reply URL (Assertion Consumer Service URL)' }).click();
  expect(await copied()).toMatch(/\/handlers\/sso\/SamlAssertionConsumerHandler\.ashx$/);
  await ours.getByRole('button', { name: 'Copy: Logout URL' }).click();
  expect(await copied()).toMatch(/\/sso\/slo$/);
  const [metadataFile] = await Promise.all([app.waitForEvent('download'), ours.getByRole('link', { name: 'Download metadata' }).click()]);
  expect(metadataFile.suggestedFilename()).toBe('provost-metadata.xml');
  await accessible(app);
  await picture(app, 'single-sign-on-empty');
});

test('what goes wrong is said, and tried again', async ({ app }) => {
  let broken = true;
  await app.route('**/api/admin/v1/identity-providers?*', (route) =>
    broken
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'busy', detail: 'Too much to do.' }) })
      : route.continue(),
  );
  await app.goto('/admin/single-sign-on');
  await expect(app.getByText('Too much to do.').first()).toBeVisible({ timeout: 20_000 });
  broken = false;
  await app.getByRole('button', { name: 'Try again' }).first().click();
  await expect(app.getByText('Too much to do.')).toHaveCount(0);
});

test('Entra ID is added with its three URLs and Certificate (Raw), tested, enabled, and deleted', async ({ app }) => {
  const panel = await begin(app, 'Microsoft Entra ID');
  await expect(panel).toContainText('Click Set additional URLs');
  await panel.getByRole('button', { name: 'Copy: Sign-on URL' }).click();
  await expect(panel).toContainText('SP-initiated');
  await accessible(app, '[role=dialog]');
  await picture(app, 'single-sign-on-entra');
  await panel.getByRole('button', { name: 'Create' }).click();
  for (const field of ['Login URL', 'Microsoft Entra Identifier', 'Certificate']) await expect(panel.getByRole('alert')).toContainText(field);
  await expect(panel.getByLabel('Login URL (required)')).toBeFocused();
  await expect(panel.getByLabel('Login URL (required)')).toBeInViewport();
  await expect(panel.getByLabel('Login URL (required)')).toHaveAccessibleDescription(/Paste the address here/);
  const drop = panel.getByRole('button', { name: 'Choose file: Certificate' });
  await expect(drop).toHaveAccessibleDescription('Drop the certificate or the metadata of the provider here');
  await accessible(app, '[role=dialog]');
  await picture(app, 'single-sign-on-missing');

  const name = `Entra <b>of</b> spec ${Date.now()}`;
  const id = entity();
  await panel.getByLabel('Name (required)').fill(name);
  await panel.getByLabel('Login URL (required)').fill('login.microsoftonline.com');
  const slash = panel.getByRole('status').filter({ hasText: 'The slash at the end is missing' });
  await panel.getByLabel('Microsoft Entra Identifier (required)').fill(id.slice(0, -1));
  await expect(slash).toContainText('https://sts.windows.net/DIRECTORY-ID/');
  await picture(app, 'single-sign-on-slash');
  await panel.getByLabel('Microsoft Entra Identifier (required)').fill(id);
  await expect(slash).toHaveCount(0);
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(drop).toBeFocused();
  await expect(drop).toBeInViewport();
  await panel.getByRole('textbox', { name: 'Logout URL' }).fill(login);
  const file = panel.locator('input[type=file]');
  await file.setInputFiles({ name: 'empty.cer', mimeType: 'application/x-x509-ca-cert', buffer: Buffer.from('') });
  await expect(panel.getByText('The file is empty.')).toBeVisible();
  await file.setInputFiles({ name: 'notes.cer', mimeType: 'application/x-x509-ca-cert', buffer: Buffer.from('no certificate at all') });
  await panel.getByLabel('Login URL (required)').fill(login);
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(panel.getByRole('alert')).toContainText('not an X.509 certificate');
  await file.setInputFiles({ name: 'weak.cer', mimeType: 'application/x-x509-ca-cert', buffer: certify(rsa(1024), 900) });
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(panel.getByRole('alert')).toContainText('RSA with 1024 bits');
  await file.setInputFiles({ name: 'Provost.cer', mimeType: 'application/x-x509-ca-cert', buffer: raw });
  await expect(panel.getByRole('status').filter({ hasText: 'Provost.cer' })).toBeVisible();
  await panel.getByLabel('Name (required)').fill('Microsoft Entra ID');
  await panel.getByLabel('Name (required)').blur();
  await panel.getByText('Or paste it').scrollIntoViewIfNeeded();
  await picture(app, 'single-sign-on-entra-values');
  await panel.getByLabel('Name (required)').fill(name);
  await panel.getByLabel('Login URL (required)').fill('http://login.example.com/');
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(panel.getByRole('alert')).toContainText('it has to begin with https://');
  await panel.getByLabel('Login URL (required)').fill(login);
  await app.keyboard.press('Control+Enter');

  await expect(heading(app, name)).toBeVisible();
  await expect(app.getByText('Not enabled yet')).toBeVisible();
  await expect(region(app, 'Certificates')).toContainText('900 days left');
  await expect(region(app, 'Mapping')).toContainText('givenname');
  await accessible(app);
  await picture(app, 'single-sign-on-provider');

  const address = new URL(app.url()).pathname.split('/').at(-1);
  const answer = await app.request.get(`/sso/${address}/login?test=1`, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toContain(`${login}?SAMLRequest=`);
  expect((await app.request.get(`/sso/${address}/login`, { maxRedirects: 0 })).status()).toBe(404);
  await app.getByRole('button', { name: 'Enable' }).click();
  await expect(app.getByText(`${name} signs people in from now on.`)).toBeVisible();
  expect((await app.request.get(`/sso/${address}/login`, { maxRedirects: 0 })).headers().location).toContain('SAMLRequest=');

  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Disable' }).click();
  await expect(app.getByRole('dialog')).toContainText('Open sessions that it vouched for end, and people who have no other way to sign in are locked out.');
  await app.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(app.getByText('Not enabled yet')).toBeVisible();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Delete' }).click();
  const erase = app.getByRole('dialog', { name: /^Delete/ });
  await expect(erase).toContainText('Open sessions that it vouched for end, and people who have no other way to sign in are locked out.');
  await expect(erase.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await erase.getByRole('textbox').fill(name);
  await erase.getByRole('button', { name: 'Delete' }).click();
  await expect(heading(app, 'Single sign-on')).toBeVisible();
  await expect(app.getByRole('link', { name })).toHaveCount(0);
});

test('a provider is added by a certificate that is pasted, by metadata as a file, and not by an address that does not answer', async ({ app }) => {
  const pasted = await begin(app, 'Okta');
  await expect(pasted.getByRole('link', { name: 'Download metadata' })).toBeVisible();
  await pasted.getByLabel('Name (required)').fill('Pasted of spec');
  await pasted.getByLabel('Login URL (required)').fill('https://example.okta.com/app/sso/saml');
  await pasted.getByLabel('Identifier (Entity ID) (required)').fill(entity());
  await pasted.getByLabel('Or paste it').fill(pem(raw));
  await pasted.getByRole('button', { name: 'Create' }).click();
  await expect(heading(app, 'Pasted of spec')).toBeVisible();
  await expect(region(app, 'Certificates')).toContainText('900 days left');

  const file = await begin(app, 'AD FS');
  await file.getByText('Metadata file').click();
  await file.getByLabel('Name (required)').fill('Metadata of spec');
  const input = file.locator('input[type=file]');
  await input.setInputFiles({ name: 'wrong.xml', mimeType: 'text/xml', buffer: Buffer.from('<!DOCTYPE x><x/>') });
  await file.getByRole('button', { name: 'Create' }).click();
  await expect(file.getByRole('alert')).toContainText('document type declaration');
  const id = entity();
  await input.setInputFiles({ name: 'FederationMetadata.xml', mimeType: 'text/xml', buffer: Buffer.from(metadata(id, login, raw)) });
  await picture(app, 'single-sign-on-metadata');
  await file.getByRole('button', { name: 'Create' }).click();
  await expect(heading(app, 'Metadata of spec')).toBeVisible();
  await expect(region(app, 'Settings')).toContainText(id);

  const dropped = await begin(app, 'Microsoft Entra ID');
  await dropped.locator('input[type=file]').setInputFiles({ name: 'it.xml', mimeType: 'text/xml', buffer: Buffer.from(metadata(entity(), login, raw)) });
  await expect(dropped.getByText('The file is metadata')).toBeVisible();
  await dropped.getByRole('button', { name: 'Create' }).click();
  await expect(heading(app, 'Microsoft Entra ID')).toBeVisible();

  const url = await begin(app, 'Other SAML 2.0 provider');
  await url.getByText('Metadata URL').click();
  await url.getByLabel('Name (required)').fill('Address of spec');
  await url.getByLabel('Metadata URL (required)').fill('https://metadata.invalid/idp.xml');
  await url.getByRole('button', { name: 'Create' }).click();
  await expect(url.getByRole('alert')).toContainText('Metadata URL');
  await expect(url.getByLabel('Metadata URL (required)')).toHaveValue('https://metadata.invalid/idp.xml');
});

test('a provider that speaks OpenID Connect takes a client instead of certificates', async ({ app }) => {
  const panel = await begin(app, 'OpenID Connect');
  await panel.getByRole('button', { name: 'Copy: Redirect URI' }).click();
  await panel.getByLabel('Client ID (required)').fill('provost');
  await panel.getByLabel('Client secret').fill('not shown again');
  await panel.getByLabel('Name (required)').fill('Keycloak');
  await panel.getByLabel('Issuer (required)').fill('https://id.example.com/realms/staff');
  await app.mouse.move(0, 0); // away from what the button says when it is pointed at
  await accessible(app, '[role=dialog]');
  await picture(app, 'openid-connect');
  await panel.getByLabel('Name (required)').fill('OIDC of spec');
  await panel.getByLabel('Issuer (required)').fill(`https://id.example.com/${Date.now()}`);
  await panel.getByRole('button', { name: 'Create' }).click();
  await expect(heading(app, 'OIDC of spec')).toBeVisible();
  await expect(region(app, 'Certificates')).toHaveCount(0);
  await expect(region(app, 'Settings')).toContainText('provost');
  await app.getByRole('button', { name: 'Edit', exact: true }).click();
  const edit = app.getByRole('dialog', { name: 'Edit identity provider' });
  await expect(edit.getByLabel('Client secret')).toHaveValue('');
  await edit.getByLabel('Scopes').fill('profile\nemail\ngroups');
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(region(app, 'Settings')).toContainText('profile email groups');
});

test('nobody loses what somebody else has saved meanwhile', async ({ app }) => {
  const p = await provider(app);
  await app.goto(page(p));
  await app.getByRole('button', { name: 'Edit', exact: true }).click();
  const edit = app.getByRole('dialog', { name: 'Edit identity provider' });
  await edit.getByLabel('Name', { exact: true }).fill('Mine');
  const now = (await (await app.request.get(`${api}/identity-providers/${p.id}`)).json()) as Record<string, unknown>;
  const theirs = { name: 'Theirs', entity_id: now.entity_id, sso_url: now.sso_url, logout_page: 'https://bye.example.com/', mapping: now.mapping };
  expect((await app.request.put(`${api}/identity-providers/${p.id}`, { data: theirs, headers: same })).status()).toBe(200);
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(edit.getByRole('status').filter({ hasText: 'Theirs' })).toBeVisible();
  await expect(edit.getByLabel('Name', { exact: true })).toHaveValue('Mine');
  await picture(app, 'single-sign-on-conflict');
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(heading(app, 'Mine')).toBeVisible();
  await expect(region(app, 'Settings')).toContainText('https://bye.example.com/');
});

test('certificates say how long they count, and the new one is added beside the old', async ({ app }) => {
  const p = await provider(app, { certificate: certify(rsa(), 5, 'Old one').toString('base64') });
  await app.goto(page(p));
  const card = region(app, 'Certificates');
  await expect(card).toContainText('5 days left');
  await card.getByRole('button', { name: 'Add certificate' }).click();
  const panel = app.getByRole('dialog', { name: 'Add certificate' });
  await panel.getByRole('button', { name: 'Add certificate' }).click();
  await expect(panel.getByRole('alert')).toContainText('Certificate: Drop the certificate of the provider here');
  await expect(panel.getByRole('button', { name: 'Choose file: Certificate' })).toBeFocused();
  await panel.locator('input[type=file]').setInputFiles({ name: 'new.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem(raw)) });
  await panel.getByRole('button', { name: 'Add certificate' }).click();
  await expect(card.getByRole('row')).toHaveCount(3);
  await nothingCut(app, [card]);
  await picture(app, 'single-sign-on-certificates');
  await picture(app, 'single-sign-on-certificate-card', card);
  await card.getByRole('button', { name: /Remove the certificate CN=Old one/ }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card.getByRole('row')).toHaveCount(2);

  await app.route(`**${api}/identity-providers/${p.id}`, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    const it = await answer.json();
    it.certificates[0].days_left = -3;
    it.problems = ['All its certificates have expired.'];
    await route.fulfill({ response: answer, json: it });
  });
  await app.reload();
  await expect(card).toContainText('Expired 3 days ago');
  await expect(card).toContainText('goes on signing with an expired certificate');
  await expect(app.getByText('All its certificates have expired.')).toBeVisible();
});

test('rules and mapping are edited by keyboard, in order, and say what they give', async ({ app }) => {
  const p = await provider(app, { name: 'Microsoft Entra ID' });
  await app.goto(page(p));
  await region(app, 'Mapping').getByRole('button', { name: 'Edit mapping' }).click();
  const mapping = app.getByRole('dialog', { name: 'Edit mapping' });
  await mapping.getByRole('button', { name: 'Remove DisplayName' }).click();
  await mapping.getByRole('button', { name: 'Add field' }).click();
  const last = mapping.getByRole('group').last();
  await last.getByRole('combobox', { name: 'Field' }).fill('Title');
  await app.getByRole('option', { name: 'Title', exact: true }).click();
  await mapping.getByRole('button', { name: 'Save changes' }).click();
  await expect(mapping.getByRole('alert')).toContainText('Choose a field and a claim');
  await last.getByRole('combobox', { name: 'Claim' }).fill('jobtitle');
  await app.keyboard.press('Escape');
  await accessible(app, '[role=dialog]');
  await picture(app, 'single-sign-on-mapping');
  await mapping.getByRole('button', { name: 'Save changes' }).click();
  await expect(region(app, 'Mapping').getByRole('row', { name: /Title/ })).toContainText('jobtitle');
  await expect(region(app, 'Mapping')).not.toContainText('DisplayName');

  await region(app, 'Roles and teams').getByRole('button', { name: 'Edit roles and teams' }).click();
  const rules = app.getByRole('dialog', { name: 'Edit roles and teams' });
  const standard = rules.getByLabel('Default role');
  await expect(standard.locator('option:checked')).toHaveText('Self Service');
  await expect(standard.getByRole('option', { name: 'Service Desk Analyst' })).toHaveCount(1);
  for (const never of ['Administrator', 'Internal Services', 'Self-service']) await expect(standard.getByRole('option', { name: never })).toHaveCount(0);
  await rules.getByRole('button', { name: 'Add rule' }).click();
  const one = rules.getByRole('group', { name: 'Rule 1' });
  await one.getByRole('combobox', { name: 'If the claim' }).fill(groups);
  await app.keyboard.press('Escape');
  await expect(rules).toBeVisible();
  await one.getByLabel('Value').fill(team);
  await expect(one.getByLabel('Role').getByRole('option', { name: 'Administrator' })).toHaveCount(0);
  await one.getByLabel('Role').selectOption({ label: 'Service Desk Analyst' });
  await expect(one).toContainText('Not among the roles that rules may give.');
  await one.getByRole('button', { name: 'Let rules give Service Desk Analyst' }).click();
  await expect(one).not.toContainText('Not among the roles');
  await rules.getByRole('button', { name: 'Add rule' }).click();
  const two = rules.getByRole('group', { name: 'Rule 2' });
  await rules.getByRole('button', { name: 'Save changes' }).click();
  await expect(rules.getByRole('alert')).toContainText('Fill in claim and value');
  await two.getByRole('combobox', { name: 'If the claim' }).fill('department');
  await app.keyboard.press('Escape');
  await two.getByLabel('Operator').selectOption('in_list');
  await two.getByLabel('Values').fill('Field service\n\u202EOT');
  await two.getByLabel('Organisational unit').fill('Europe');
  await app.keyboard.press('Escape');
  await rules.getByRole('button', { name: 'Move rule 2 up' }).click();
  await rules.getByRole('button', { name: 'Save changes' }).click();
  await expect(rules.getByRole('alert')).toContainText('Rules');
  await rules.getByRole('group', { name: 'Rule 1' }).getByLabel('Values').fill('Field service\nIT');
  await rules.getByRole('switch', { name: 'Rules may give roles that administer' }).check();
  await expect(rules).toContainText('then decides who administers Provost');
  await expect(one.getByLabel('Role').getByRole('option', { name: 'Administrator' })).toHaveCount(1);
  await accessible(app, '[role=dialog]');
  await picture(app, 'single-sign-on-rules');
  await rules.getByRole('button', { name: 'Save changes' }).click();
  const card = region(app, 'Roles and teams');
  await expect(card.getByRole('row').nth(1)).toContainText('is one of Field service, IT');
  await expect(card.getByRole('row').nth(2)).toContainText('role ServiceDeskAnalyst');
  await expect(card).toContainText('Rules may give roles that administer');
  await expect(card).toContainText('Self Service');
  await nothingCut(app, [card, region(app, 'Mapping')]);
  await picture(app, 'single-sign-on-rules-card', card);
});

test('people are registered by hand and forgotten', async ({ app }) => {
  const p = await provider(app);
  await app.goto(page(p));
  const card = region(app, 'People it knows');
  await expect(card).toContainText('Nobody has signed in with it yet.');
  await card.getByRole('button', { name: 'Register by hand' }).click();
  const panel = app.getByRole('dialog', { name: 'Register by hand' });
  await panel.getByRole('button', { name: 'Register by hand' }).click();
  await expect(panel.getByRole('alert')).toContainText('Subject: Paste the subject here');
  await panel.getByLabel('Subject').fill('8f2c\u202E4a');
  await panel.getByRole('combobox', { name: 'Person' }).fill(demo.agent.username);
  await app.getByRole('option', { name: new RegExp(`\\(${demo.agent.username}`) }).click();
  await panel.getByRole('button', { name: 'Register by hand' }).click();
  await expect(panel.getByRole('alert')).toBeVisible();
  await panel.getByLabel('Subject').fill('8f2c4a');
  await panel.getByRole('button', { name: 'Register by hand' }).click();
  await expect(card.getByRole('row', { name: /8f2c4a/ })).toContainText('Never');
  await nothingCut(app, [card]);
  await accessible(app);
  await picture(app, 'single-sign-on-people', card);
  await card.getByRole('button', { name: 'Remove 8f2c4a' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card).toContainText('Nobody has signed in with it yet.');
});

test('domains are added, proven by a record to copy, assigned and removed; our keys are made anew and removed', async ({ app }) => {
  const p = await provider(app, { name: 'Microsoft Entra ID' });
  await app.goto('/admin/single-sign-on');
  const card = region(app, 'E-mail domains');
  await card.getByRole('button', { name: 'Add domain' }).click();
  const panel = app.getByRole('dialog', { name: 'Add domain' });
  await panel.getByLabel('Domain (required)').fill('<no domain>');
  await panel.getByRole('button', { name: 'Add domain' }).click();
  await expect(panel.getByRole('alert')).toContainText('expected a domain');
  const domain = `spec-${Date.now()}.invalid`;
  await panel.getByLabel('Domain (required)').fill(domain);
  await app.keyboard.press('Enter');
  const row = card.getByRole('row', { name: new RegExp(domain) });
  await row.getByRole('button', { name: 'Copy: Value of the TXT record' }).click();
  expect(await app.evaluate(() => navigator.clipboard.readText())).toMatch(/^provost-domain-verification=/);
  await row.getByRole('combobox').selectOption({ label: p.name });
  await expect(app.getByText('Assigned.')).toBeVisible();
  await row.getByRole('button', { name: `Verify ${domain}` }).click();
  await expect(app.getByText(/has no TXT record that says/)).toBeVisible();

  const keys = region(app, 'Our SAML keys');
  await keys.getByRole('button', { name: 'Make a new key' }).click();
  const rotate = app.getByRole('dialog', { name: 'Make a new SAML key' });
  await rotate.getByLabel('Purpose').selectOption('encryption');
  await rotate.getByRole('button', { name: 'Make a new key' }).click();
  await expect(keys.getByText('Replaced').first()).toBeVisible();
  await accessible(app);
  await nothingCut(app, [card, keys, app.getByRole('table', { name: 'Single sign-on' })]);
  await heading(app, 'Single sign-on').scrollIntoViewIfNeeded();
  await picture(app, 'single-sign-on');
  await card.scrollIntoViewIfNeeded();
  await picture(app, 'single-sign-on-domains');
  await picture(app, 'single-sign-on-keys', keys);
  await picture(app, 'single-sign-on-domain', card);
  const replaced = await keys.getByText('Replaced').count();
  await keys.getByRole('button', { name: /^Remove the key Encryption/ }).first().click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(keys.getByText('Replaced')).toHaveCount(replaced - 1);

  await card.getByRole('button', { name: `Remove ${domain}` }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card.getByText(domain)).toHaveCount(0);
});

test('a test shows claims, mapping and rules, and makes nobody; a refusal comes back and says why', async ({ app }) => {
  const ours = (await (await app.request.get(`${api}/single-sign-on`)).json()) as { identifier: string; reply_url: string };
  const id = entity();
  const p = await provider(app, {
    name: 'Microsoft Entra ID',
    entity_id: id,
    grantable_roles: ['ServiceDeskAnalyst'],
    rules: [
      { claim: groups, operator: 'equals', values: [team], role: 'ServiceDeskAnalyst' },
      { claim: groups, operator: 'equals', values: ['another'], team: 'Service Desk' },
    ],
  });
  const attributes = {
    [`${microsoft}objectidentifier`]: ['e1b5'],
    [`${claims2005}name`]: ['b.simon@contoso.example'],
    [`${claims2005}emailaddress`]: ['b.simon@contoso.example'],
    [`${claims2005}givenname`]: ['B.'],
    [`${claims2005}surname`]: ['Simon'],
    [groups]: [team, '77aa'],
  };
  /** Goes the whole way of a test, but for the provider's own pages. */
  const come = async (signer = key, audience = ours.identifier) => {
    const out = await app.request.get(`/sso/${p.id}/login?test=1`, { maxRedirects: 0 });
    const request = requestOf(out.headers().location ?? '');
    const said = { entityID: id, audience, recipient: ours.reply_url, request, nameID: 'b.simon@contoso.example', attributes };
    return app.request.post(ours.reply_url, { form: { SAMLResponse: respond(said, signer.privateKey) }, maxRedirects: 0 });
  };

  await app.goto(page(p));
  await expect(region(app, 'Last attempts')).toContainText('Nobody has tried yet.');
  await app.route('**/sso/*/login?test=1', (route) => route.fulfill({ contentType: 'text/plain', body: 'sent' }));
  const [asked] = await Promise.all([app.waitForRequest('**/sso/*/login?test=1'), app.getByRole('button', { name: 'Test sign-in' }).click()]);
  expect(asked.url()).toContain(`/sso/${p.id}/login?test=1`);

  const good = await come();
  expect(good.headers().location, await good.text()).toBe(`${page(p)}?tested=1`);
  await app.goto(`${page(p)}?tested=1`);
  const result = region(app, 'Result of the test');
  await expect(result).toContainText('This sign-in would work.');
  await expect(result.getByRole('table', { name: /^Claims/ })).toContainText('b.simon@contoso.example');
  await expect(result.getByRole('row', { name: /FirstName/ })).toContainText('B.');
  await expect(result.getByRole('row', { name: /DisplayName/ })).toContainText('Not sent');
  await expect(result.getByRole('row', { name: /role ServiceDeskAnalyst/ })).toContainText('Matches');
  await expect(result.getByRole('row', { name: /team Service Desk/ })).toContainText('Does not match');
  await nothingCut(app, [result]);
  await picture(app, 'single-sign-on-result-card', result);
  await accessible(app);
  await picture(app, 'single-sign-on-test');
  const people = (await (await app.request.get(`${api}/people?search=b.simon`)).json()) as { items: unknown[] };
  expect(people.items).toEqual([]);

  expect((await come(rsa())).headers().location).toBe(`${page(p)}?tested=1`);
  await app.goto(`${page(p)}?tested=1`);
  await expect(result).toContainText('This sign-in would be refused.');
  await expect(result.getByText('The signature does not fit')).toBeVisible();
  await come(key, 'https://elsewhere.example.com/');
  await app.getByRole('button', { name: 'Close result' }).click();
  await expect(result).toHaveCount(0);
  await app.reload();
  const attempts = region(app, 'Last attempts');
  await expect(attempts.getByRole('row').nth(1)).toContainText('Meant for somebody else: compare the Identifier');
  const more = attempts.getByRole('button', { name: /^Details: Meant for somebody else/ });
  await more.focus();
  await app.keyboard.press('Enter');
  await expect(more).toHaveAttribute('aria-expanded', 'true');
  await expect(attempts).toContainText('audience_mismatch');
  await nothingCut(app, [attempts]);
  await attempts.scrollIntoViewIfNeeded();
  await accessible(app);
  await picture(app, 'single-sign-on-attempts');
  await picture(app, 'single-sign-on-attempt-card', attempts);

  await app.request.delete(`${api}/identity-providers/${p.id}`, { headers: same });
  const said = { entityID: 'https://nobody.example.com/', audience: ours.identifier, recipient: ours.reply_url, request: '_1', nameID: 'x', attributes: {} };
  await app.request.post(ours.reply_url, { form: { SAMLResponse: respond({ ...said, attributes }, key.privateKey) }, maxRedirects: 0 });
  await app.goto('/admin/single-sign-on');
  await expect(region(app, 'Attempts that no identity provider answers for')).toContainText('The issuer is none of the identifiers here');
});

test('what a provider says is shown as text', async ({ app }) => {
  const ours = (await (await app.request.get(`${api}/single-sign-on`)).json()) as { identifier: string; reply_url: string };
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  const inXML = evil.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const id = entity();
  const p = await provider(app, { name: `"><script>alert(3)</script> ${made}`, entity_id: id });
  const out = await app.request.get(`/sso/${p.id}/login?test=1`, { maxRedirects: 0 });
  const attributes = { [`${microsoft}objectidentifier`]: ['e1b6'], [`${microsoft}displayname`]: [`Eve ${inXML}`], [`${claims2005}emailaddress`]: ['eve@contoso.example'] };
  const said = { entityID: id, audience: ours.identifier, recipient: ours.reply_url, request: requestOf(out.headers().location ?? ''), nameID: `eve${inXML}`, attributes };
  await app.request.post(ours.reply_url, { form: { SAMLResponse: respond(said, key.privateKey) }, maxRedirects: 0 });
  const failure =
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_f" Version="2.0" IssueInstant="${new Date().toISOString()}"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${id}</Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/><samlp:StatusMessage>AADSTS75011: ${inXML}</samlp:StatusMessage></samlp:Status></samlp:Response>`;
  const refused = await app.request.post(ours.reply_url, { form: { SAMLResponse: Buffer.from(failure).toString('base64') }, maxRedirects: 0 });
  expect(refused.status()).toBe(403);
  expect(await refused.text()).not.toMatch(/AADSTS|<img|<script>alert/);

  await app.goto(`${page(p)}?tested=1`);
  await expect(heading(app, p.name)).toBeVisible();
  const attempts = region(app, 'Last attempts');
  await attempts.getByRole('button', { name: /^Details/ }).first().click();
  await expect(attempts).toContainText('AADSTS75011');
  const shown = (await (await app.request.get(`${api}/identity-providers/${p.id}/attempts`)).json()) as { items: { claims?: { values?: string[] }[] }[] };
  expect(JSON.stringify(shown.items)).toContain('onerror');
  await attempts.getByRole('button', { name: /^Details/ }).last().click();
  await expect(app.getByText(`Eve ${evil}`).first()).toBeVisible();
  await expect(app.locator('img[src="x"]')).toHaveCount(0);
  await accessible(app);
  await picture(app, 'single-sign-on-markup');
});

test('the list says what state a provider is in, also beside a long refusal', async ({ app }) => {
  const id = entity();
  const p = await provider(app, { name: 'Microsoft Entra ID of the organisation', entity_id: id, enabled: true });
  await arrive(app, p, id, 'nobody@example.com', rsa());
  await app.goto('/admin/single-sign-on');
  const list = app.getByRole('table', { name: 'Single sign-on' });
  await expect(list).toContainText('The signature does not fit');
  await expect(list.getByText('Enabled', { exact: true })).toBeVisible();
  await nothingCut(app, [list]);
  await accessible(app);
  await picture(app, 'single-sign-on-list');
});

test('a sign-in that failed is tried again, or another way is taken', async ({ app }) => {
  const id = entity();
  const p = await provider(app, { name: 'Microsoft Entra ID', entity_id: id, enabled: true, create_users: false });
  await leave(app);
  const refused = await arrive(app, p, id, 'stranger@example.com');
  expect(refused.status()).toBe(403);
  await app.route('**/refused', async (route) => route.fulfill({ status: 403, headers: refused.headers(), body: await refused.body() }));
  await app.goto('/refused');
  await expect(app.getByRole('alert')).toContainText(/name this reference: \S{8,}/);
  await expect(app.getByRole('link', { name: 'Try again' })).toHaveAttribute('href', `/sso/${p.id}/login`);
  await accessible(app);
  await picture(app, 'single-sign-on-refused');
  await app.getByRole('link', { name: 'Sign in another way' }).click();
  await app.waitForURL('**/login/local');
  await expect(app.getByLabel('Password')).toBeVisible();
  await expect(app.getByRole('link', { name: 'Sign in with Microsoft Entra ID' })).toBeVisible();
});

test('who signs in with a provider alone is told where the password is, and so are administrators', async ({ app }) => {
  const id = entity();
  const p = await provider(app, { name: 'Contoso Entra', entity_id: id, enabled: true });
  const login = `grace${Date.now()}@contoso.example`;
  await leave(app);
  const done = await arrive(app, p, id, login);
  expect(done.status(), await done.text()).toBe(303);
  await app.goto(done.headers().location ?? '');
  await app.goto('/account');
  await expect(region(app, 'Password')).toContainText('You sign in with Contoso Entra. The password is kept and changed there.');
  await expect(app.getByLabel('Current password')).toHaveCount(0);
  const factors = region(app, 'Second factors');
  await expect(factors).toContainText('You sign in with Contoso Entra, which asks for second factors where they are needed.');
  await expect(factors.getByRole('button')).toHaveCount(0);
  await accessible(app);
  await picture(app, 'account-elsewhere');

  await leave(app);
  await signIn(app);
  const { items } = (await (await app.request.get(`${api}/people?search=${encodeURIComponent(login)}`)).json()) as { items: { id: string }[] };
  await app.goto(`/admin/people/${items[0]?.id}`);
  await expect(region(app, 'Sign-in')).toContainText('The identity provider asks for them, and keeps the password.');
  await expect(region(app, 'Account')).toContainText('Kept at the identity provider');
  await expect(app.getByRole('button', { name: 'New setup link' })).toHaveCount(0);
  await accessible(app);
  await picture(app, 'person-elsewhere');
});

test('the page is found in the rail, by its letter and in the palette', async ({ app }) => {
  const p = await provider(app, { name: 'Listed of spec' });
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  await app.keyboard.press('g');
  await app.keyboard.press('f');
  await expect(heading(app, 'Single sign-on')).toBeVisible();
  await expect(app).toHaveTitle(/^Single sign-on/);
  await expect(app.getByRole('row', { name: /Listed of spec/ })).toContainText('900 days left');
  await app.keyboard.press('j');
  await app.keyboard.press('o');
  await expect(app).toHaveURL(new RegExp(page(p)));
  await app.goto('/');
  await app.getByRole('heading', { level: 1 }).waitFor();
  await app.keyboard.press('Control+k');
  await app.keyboard.type('saml');
  await expect(app.getByRole('button', { name: 'Single sign-on' }).or(app.getByRole('option', { name: 'Single sign-on' })).first()).toBeVisible();
});
