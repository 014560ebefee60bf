import assert from 'node:assert/strict';
import test from 'node:test';
import { ClientCredentials } from 'simple-oauth2';
import { authURL, clientID, clientSecret, opens, wrongSecret } from './environment.mjs';

const url = new URL(authURL);
const client = (secret, authorizationMethod) => new ClientCredentials({
  client: { id: clientID, secret },
  auth: { tokenHost: url.origin, tokenPath: url.pathname },
  options: { authorizationMethod },
});

for (const method of ['header', 'body']) {
  test(`secret in the ${method}`, async () => {
    const { token } = await client(clientSecret, method).getToken({ scope: ['odata.read', 'data.read'] });
    assert.deepEqual(token.scope.split(' ').sort(), ['data.read', 'odata.read']);
    assert.ok(token.expires_at > new Date());
    await opens(token.access_token);
  });

  test(`a wrong secret in the ${method} is refused`, async () => {
    await assert.rejects(client(wrongSecret, method).getToken({}), (error) => {
      assert.equal(error.output.statusCode, method === 'header' ? 401 : 400);
      assert.equal(error.data.payload.error, 'invalid_client');
      return true;
    });
  });
}
