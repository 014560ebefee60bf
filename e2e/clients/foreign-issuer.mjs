// node-oidc-provider as a foreign issuer for internal/testkit/e2e/foreign_issuer_test.go: client_credentials tokens that are JWTs for one
// API, keys that are replaced on command, and a count of how often they were fetched.
//
//	node foreign-issuer.mjs ALG CERTIFICATE KEY     serves on a free port of 127.0.0.2, a host that is not Provost's, and prints its address
//
//	POST /control/rotate   signs with a new key from now on; the old one stays published
//	GET  /control/fetches  how often the keys were fetched
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const [alg, certificate, key] = process.argv.slice(2);
const keys = []; // the first signs
let fetches = 0;
let answer;

async function rotate() {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.unshift({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `key-${keys.length + 1}` });
  answer = new Provider(origin, {
    clients: [{
      client_id: 'foreign-client',
      client_secret: 'the secret of the foreign client',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: alg,
    }],
    scopes: ['tickets'],
    jwks: { keys },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: 'tickets', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg } } }),
      },
    },
  }).callback();
}

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, async (request, response) => {
  switch (request.url) {
    case '/control/rotate':
      await rotate();
      return response.end();
    case '/control/fetches':
      return response.end(String(fetches));
    case '/jwks':
      fetches++;
  }
  return answer(request, response);
});
await new Promise((listening) => server.listen(0, '127.0.0.2', listening));
const origin = `https://127.0.0.2:${server.address().port}`;
await rotate();
console.log(origin);
