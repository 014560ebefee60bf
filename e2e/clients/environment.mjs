// What the tests of this folder are told by the Go test that runs them (doc.go says which variables), and what all of them ask.
import assert from 'node:assert/strict';

function variable(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: internal/testkit/e2e of the main module runs these tests`);
  return value;
}

export const authURL = variable('AUTH_URL');
export const issuer = variable('ISSUER');
export const baseURL = variable('BASE_URL');
export const clientID = variable('CLIENT_ID');
export const clientSecret = variable('CLIENT_SECRET');
export const keyClientID = variable('KEY_CLIENT_ID');
export const keyFile = variable('KEY_FILE');
export const api = `${issuer}/api`;
export const wrongSecret = `${clientSecret.slice(0, -1)}~`;

/** Checks that the token reads incidents, and how many there are. */
export async function opens(token) {
  const answer = await ask(token);
  assert.equal(answer.status, 200, `a token does not open the API: ${await answer.clone().text()}`);
  assert.equal(typeof (await answer.json())['@odata.count'], 'number');
}

/** Asks for an incident with the token. */
export function ask(token) {
  return fetch(`${baseURL}/api/odata/businessobject/incidents?$top=1`, { headers: { Authorization: `Bearer ${token}` } });
}
