import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { importJWK } from 'jose';
import * as oidc from 'openid-client';
import { api, ask, clientID, clientSecret, issuer, keyClientID, keyFile, opens, wrongSecret } from './environment.mjs';

const discover = (id, secret, method, options) => oidc.discovery(new URL(issuer), id, secret, method, options);

for (const algorithm of ['oidc', 'oauth2']) {
  test(`discovery, mode ${algorithm}, secret in the body`, async () => {
    const config = await discover(clientID, clientSecret, undefined, { algorithm });
    assert.equal(config.serverMetadata().issuer, issuer);
    await opens((await oidc.clientCredentialsGrant(config)).access_token);
  });
}

test('Basic, with the scopes asked for granted and no others', async () => {
  const config = await discover(clientID, clientSecret, oidc.ClientSecretBasic());
  const token = await oidc.clientCredentialsGrant(config, { scope: 'odata.read' });
  assert.equal(token.scope, 'odata.read');
  assert.equal(token.expires_in, 3600);
  await opens(token.access_token);
});

test('resource drives the audience', async () => {
  const config = await discover(clientID, clientSecret);
  const token = await oidc.clientCredentialsGrant(config, { resource: api, scope: 'odata.read' });
  const [, claims] = token.access_token.split('.');
  assert.deepEqual([JSON.parse(Buffer.from(claims, 'base64url')).aud].flat(), [api]);
  await opens(token.access_token);
  await assert.rejects(oidc.clientCredentialsGrant(config, { resource: 'https://elsewhere.example/api' }), { error: 'invalid_target' });
});

async function withKey() {
  const jwk = JSON.parse(await readFile(keyFile, 'utf8'));
  return discover(keyClientID, undefined, oidc.PrivateKeyJwt({ key: await importJWK(jwk, 'ES256'), kid: jwk.kid }));
}

test('private_key_jwt, twice with the same key', async () => {
  const config = await withKey();
  const [first, second] = [await oidc.clientCredentialsGrant(config), await oidc.clientCredentialsGrant(config)];
  assert.notEqual(first.access_token, second.access_token);
  await opens(second.access_token);
});

test('introspection says what a token carries, revocation ends it', async () => {
  const config = await discover(clientID, clientSecret);
  const { access_token: token } = await oidc.clientCredentialsGrant(config, { scope: 'odata.read' });
  const alive = await oidc.tokenIntrospection(config, token);
  assert.equal(alive.active, true);
  assert.equal(alive.client_id, clientID);
  assert.equal(alive.scope, 'odata.read');
  assert.equal(alive.iss, issuer);
  await oidc.tokenRevocation(config, token);
  assert.deepEqual({ ...(await oidc.tokenIntrospection(config, token)) }, { active: false });
  assert.equal((await ask(token)).status, 401);
  await oidc.tokenRevocation(config, token); // an unknown token is no error (RFC 7009 section 2.2)
  assert.deepEqual({ ...(await oidc.tokenIntrospection(config, 'nothing')) }, { active: false });
});

test('a wrong secret is told in the body where it came in the body, in the challenge where it came as Basic', async () => {
  const post = await discover(clientID, wrongSecret);
  await assert.rejects(oidc.clientCredentialsGrant(post), { error: 'invalid_client', status: 400 });
  const basic = await discover(clientID, wrongSecret, oidc.ClientSecretBasic());
  await assert.rejects(oidc.clientCredentialsGrant(basic), (error) => {
    assert.equal(error.status, 401);
    assert.equal(error.cause[0].scheme, 'basic');
    assert.equal(error.cause[0].parameters.error, 'invalid_client');
    return true;
  });
});
