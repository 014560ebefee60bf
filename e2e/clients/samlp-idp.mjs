// samlp as an identity provider for internal/testkit/e2e/samlp_test.go: the names of claims that Microsoft Entra ID sends, the assertion
// signed. Only the library's making of responses is used, and only by tests: what it checks of others (xml-crypto 2, an old xmldom) has
// known weaknesses.
//
//	node samlp-idp.mjs KEY CERTIFICATE ISSUER REPLY-URL IDENTIFIER [CERTIFICATE-TO-ENCRYPT-TO]     serves on a free port, and prints its address
//
//	GET /sso?login_hint=NAME[&layout=assertion|response|both|encrypted|failure][&RelayState=…][&SAMLRequest=…]   hands over a response
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import samlp from 'samlp';

const [keyFile, certificateFile, issuer, replyURL, identifier, recipientFile] = process.argv.slice(2);
const directory = '6b1f3c1e-0000-4000-8000-000000000001';
const people = {
  grace: { id: '6b1f3c1e-0000-4000-8000-0000000000a1', given: 'Grace', family: 'Hopper', groups: ['analysts', 'everybody'] },
  linus: { id: '6b1f3c1e-0000-4000-8000-0000000000a2', given: 'Линус', family: 'O\'Neill & <Söhne>', groups: [] },
};

class EntraClaims {
  constructor(person) {
    this.person = person;
  }
  getClaims() {
    const { id, given, family, name, groups } = this.person;
    const old = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
    const own = 'http://schemas.microsoft.com/identity/claims/';
    const claims = {
      [`${own}tenantid`]: directory,
      [`${own}objectidentifier`]: id,
      [`${own}displayname`]: `${given} ${family}`,
      [`${own}identityprovider`]: issuer,
      'http://schemas.microsoft.com/claims/authnmethodsreferences': ['http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password', 'http://schemas.microsoft.com/claims/multipleauthn'],
      [`${old}givenname`]: given,
      [`${old}surname`]: family,
      [`${old}emailaddress`]: `${name}@contoso.example`,
      [`${old}name`]: `${name}@contoso.example`,
    };
    if (groups.length > 0) claims['http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'] = groups;
    return claims;
  }
  getNameIdentifier() {
    return { nameIdentifier: `${this.person.name}@contoso.example`, nameIdentifierFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' };
  }
}

const options = {
  issuer,
  cert: readFileSync(certificateFile),
  key: readFileSync(keyFile),
  audience: identifier,
  recipient: replyURL,
  destination: replyURL,
  signatureAlgorithm: 'rsa-sha256',
  digestAlgorithm: 'sha256',
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  profileMapper: (person) => new EntraClaims(person),
  getUserFromRequest: (request) => request.user,
};
const recipient = recipientFile && new X509Certificate(readFileSync(recipientFile));
const layouts = {
  assertion: {},
  response: { signResponse: true, signAssertion: false },
  both: { signResponse: true },
  encrypted: recipient && {
    encryptionCert: recipient.toString(),
    encryptionPublicKey: recipient.publicKey.export({ type: 'spki', format: 'pem' }),
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  },
};

const server = createServer((request, response) => {
  const query = Object.fromEntries(new URL(request.url, 'http://localhost').searchParams);
  const name = query.login_hint;
  Object.assign(request, { query, body: {}, user: people[name] && { name, ...people[name] } });
  response.set = (header, value) => response.setHeader(header, value); // as Express has them
  response.send = (body) => (typeof body === 'number' ? response.writeHead(body).end() : response.end(body));
  const failed = (error) => response.writeHead(500).end(String(error?.stack ?? error));
  if (query.layout === 'failure') {
    samlp.parseRequest(request, (error, data) => {
      if (error) return failed(error);
      samlp.sendError({
        issuer,
        destination: replyURL,
        inResponseTo: data?.id,
        RelayState: query.RelayState ?? '',
        error: { description: 'AADSTS50105: Your administrator has configured the application to block users unless they are specifically granted access.' },
        getPostURL: (_request, done) => done(null, replyURL),
      })(request, response, failed);
    });
    return;
  }
  samlp.auth({ ...options, ...layouts[query.layout ?? 'assertion'], getPostURL: (_audience, _document, _request, done) => done(null, replyURL) })(request, response, failed);
});
server.listen(0, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));
