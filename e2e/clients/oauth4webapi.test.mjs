import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { api, baseURL, clientID, clientSecret, issuer, keyClientID, keyFile, opens } from './environment.mjs';

const client = { client_id: clientID };

async function server(algorithm = 'oidc') {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm }));
}

async function token(as, who, method, parameters = {}) {
  const answer = await oauth.clientCredentialsGrantRequest(as, who, method, new URLSearchParams(parameters));
  return oauth.processClientCredentialsResponse(as, who, answer);
}

for (const [name, method] of [['Basic', oauth.ClientSecretBasic(clientSecret)], ['body', oauth.ClientSecretPost(clientSecret)]]) {
  test(`secret as ${name}`, async () => {
    await opens((await token(await server(), client, method)).access_token);
  });
}

test('discovery by RFC 8414', async () => {
  assert.deepEqual(await server('oauth2'), await server());
});

test('private_key_jwt', async () => {
  const jwk = JSON.parse(await readFile(keyFile, 'utf8'));
  const method = oauth.PrivateKeyJwt({ key: await importJWK(jwk, 'ES256'), kid: jwk.kid });
  await opens((await token(await server(), { client_id: keyClientID }, method)).access_token);
});

test('our access token passes its validation of JWT access tokens (RFC 9068)', async () => {
  const as = await server();
  const { access_token: bearer } = await token(as, client, oauth.ClientSecretBasic(clientSecret), { scope: 'odata.read' });
  const request = new Request(`${baseURL}/something`, { headers: { Authorization: `Bearer ${bearer}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, api);
  assert.equal(claims.sub, clientID);
  assert.equal(claims.scope, 'odata.read');
  await assert.rejects(oauth.validateJwtAccessToken(as, request, 'https://elsewhere.example/api'));
});

test('introspection and revocation', async () => {
  const as = await server();
  const method = oauth.ClientSecretPost(clientSecret);
  const { access_token: bearer } = await token(as, client, method);
  const active = async () =>
    (await oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, method, bearer))).active;
  assert.equal(await active(), true);
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, method, bearer));
  assert.equal(await active(), false);
});
