import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfidentialClientApplication, ProtocolMode } from '@azure/msal-node';
import { api, clientID, clientSecret, issuer, opens, wrongSecret } from './environment.mjs';

// In OIDC mode MSAL reads /{t}/.well-known/…, in its default mode /{t}/v2.0/.well-known/…
for (const [name, protocolMode] of [['OIDC mode', ProtocolMode.OIDC], ['default mode', ProtocolMode.AAD]]) {
  const application = (secret) => new ConfidentialClientApplication({
    auth: { clientId: clientID, clientSecret: secret, authority: issuer, knownAuthorities: [new URL(issuer).host] },
    system: { protocolMode },
  });

  test(`${name}: all granted scopes of an API by /.default, kept for the next time`, async () => {
    const msal = application(clientSecret);
    const first = await msal.acquireTokenByClientCredential({ scopes: [`${api}/.default`] });
    assert.equal(first.fromCache, false);
    assert.ok(first.expiresOn > new Date());
    await opens(first.accessToken);
    const second = await msal.acquireTokenByClientCredential({ scopes: [`${api}/.default`] });
    assert.equal(second.fromCache, true);
    assert.equal(second.accessToken, first.accessToken);
  });

  test(`${name}: a scope by its name`, async () => {
    await opens((await application(clientSecret).acquireTokenByClientCredential({ scopes: ['odata.read'] })).accessToken);
  });

  test(`${name}: a wrong secret is invalid_client`, async () => {
    await assert.rejects(application(wrongSecret).acquireTokenByClientCredential({ scopes: [`${api}/.default`] }), (error) => {
      assert.equal(error.errorCode, 'invalid_client');
      return true;
    });
  });
}
