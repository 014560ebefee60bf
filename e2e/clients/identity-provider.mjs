// node-oidc-provider as an identity provider for internal/testkit/e2e/oidc_provider_test.go: people sign in by any name and agree, on the pages that
// it brings along.
//
//	node identity-provider.mjs BASE_URL CERTIFICATE KEY     serves on a free port of 127.0.0.2, a host that is not Provost's, and prints its address
//
// As the specification wants it of a code flow, the token holds the subject alone, and all that is known of people stands at the userinfo endpoint.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const [base, certificate, key] = process.argv.slice(2);
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
let answer;
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => answer(request, response));
await new Promise((listening) => server.listen(0, '127.0.0.2', listening));
const origin = `https://127.0.0.2:${server.address().port}`;
answer = new Provider(origin, {
  clients: [{
    client_id: 'provost',
    client_secret: 'the secret / of: provost',
    redirect_uris: [`${base}/sso/oidc/callback`],
    post_logout_redirect_uris: [`${base}/login?signed_out=1`],
  }],
  cookies: { keys: ['a key of a test'] },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'one' }] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'name', 'preferred_username'] },
  findAccount: (_ctx, login) => ({
    accountId: login,
    claims: () => ({
      sub: login,
      email: `${login}@a.example`,
      email_verified: true,
      given_name: 'Grace',
      family_name: 'Hopper',
      name: 'Grace Hopper',
      preferred_username: login,
    }),
  }),
}).callback();
console.log(origin);
