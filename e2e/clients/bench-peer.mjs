// node-oidc-provider as the peer of `provost bench --adapter oidc-provider` (docs/benchmarks.md): a thousand clients, known by their
// number, in memory; a token for urn:bench is a JWT signed with ES256, any other is opaque and can be introspected.
//
//	NODE_ENV=production node bench-peer.mjs [PORT]
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const port = Number(process.argv[2] ?? 8091);
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const number = (n) => String(n).padStart(4, '0');

// The adapter that comes with it keeps a thousand things and drops the rest; this one keeps all.
class Memory {
  static all = new Map();
  constructor(model) {
    this.model = model;
  }
  async upsert(id, payload) {
    Memory.all.set(`${this.model}:${id}`, payload);
  }
  async find(id) {
    return Memory.all.get(`${this.model}:${id}`);
  }
  async destroy(id) {
    Memory.all.delete(`${this.model}:${id}`);
  }
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Memory,
  clients: Array.from({ length: 1000 }, (_, n) => ({
    client_id: `bench-${number(n)}`,
    client_secret: `bench-secret-of-the-client-${number(n)}`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
  })),
  scopes: ['read'],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  ttl: { ClientCredentials: 3600 },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'read', audience: 'urn:bench', accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => console.log(`oidc-provider at http://127.0.0.1:${port}, process ${process.pid}`));
