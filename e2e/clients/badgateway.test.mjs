import assert from 'node:assert/strict';
import test from 'node:test';
import { OAuth2Client } from '@badgateway/oauth2-client';
import { api, baseURL, clientID, clientSecret, issuer, opens, wrongSecret } from './environment.mjs';

// The issuer's path follows the well-known one (RFC 8414 section 3.1).
const discoveryEndpoint = `${baseURL}/.well-known/oauth-authorization-server${new URL(issuer).pathname}`;
const client = (secret, authenticationMethod) =>
  new OAuth2Client({ server: baseURL, discoveryEndpoint, clientId: clientID, clientSecret: secret, authenticationMethod });

for (const method of [undefined, 'client_secret_basic', 'client_secret_basic_interop', 'client_secret_post']) {
  test(`discovery, then ${method ?? 'the first method it says'}`, async () => {
    const token = await client(clientSecret, method).clientCredentials({ scope: ['odata.read'], resource: api });
    assert.ok(token.expiresAt > Date.now());
    await opens(token.accessToken);
  });
}

test('introspection and revocation', async () => {
  const oauth2 = client(clientSecret);
  const token = await oauth2.clientCredentials();
  assert.equal((await oauth2.introspect(token)).client_id, clientID);
  await oauth2.revoke(token);
  assert.deepEqual(await oauth2.introspect(token), { active: false });
});

test('a wrong secret is invalid_client', async () => {
  await assert.rejects(client(wrongSecret).clientCredentials(), { oauth2Code: 'invalid_client' });
});
