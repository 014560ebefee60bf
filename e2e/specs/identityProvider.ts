import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

const day = 24 * 3600 * 1000;

/** One element of DER (X.690): tag, length, contents. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const inner = Buffer.concat(contents);
  const size = inner.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), inner]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const rsaWithSHA256 = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), der(0x05));
const commonName = (name: string) => sequence(der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))));
const time = (at: number) => der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

/** A self-signed certificate in DER (RFC 5280) that ends in so many days. */
export function certify(key: { privateKey: KeyObject; publicKey: KeyObject }, days: number, name = 'Microsoft Azure Federated SSO Certificate'): Buffer {
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    rsaWithSHA256,
    commonName(name),
    sequence(time(Date.now() - 400 * day), time(Date.now() + days * day + day / 2)),
    commonName(name),
    key.publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('sha256').update(signed).sign(key.privateKey);
  return sequence(signed, rsaWithSHA256, der(0x03, Buffer.from([0]), signature));
}

export const pem = (certificate: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

export const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });

const assertionNS = 'urn:oasis:names:tc:SAML:2.0:assertion';
const protocolNS = 'urn:oasis:names:tc:SAML:2.0:protocol';
const signatureNS = 'http://www.w3.org/2000/09/xmldsig#';
const c14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface Said {
  entityID: string;
  /** Our identifier and reply URL. */
  audience: string;
  recipient: string;
  /** The request that is answered. */
  request: string;
  nameID: string;
  attributes: Record<string, string[]>;
}

/** The id of the request that a login URL carries (redirect binding). */
export function requestOf(location: string): string {
  const packed = new URL(location).searchParams.get('SAMLRequest') ?? '';
  return /\bID="([^"]+)"/.exec(inflateRawSync(Buffer.from(packed, 'base64')).toString())?.[1] ?? '';
}

/** A response with a signed assertion, in base64, as Entra ID sends it. Written in canonical form, so that it is digested as it stands. */
export function respond(said: Said, key: KeyObject): string {
  const stamp = (shift: number) => new Date(Date.now() + shift).toISOString().replace(/\.\d+Z$/, 'Z');
  const now = stamp(0);
  const soon = stamp(300_000);
  const id = `_${randomBytes(16).toString('hex')}`;
  const attributes = Object.entries(said.attributes)
    .map(
      ([name, values]) =>
        `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
    )
    .join('');
  const begin = `<saml:Assertion xmlns:saml="${assertionNS}" ID="${id}" IssueInstant="${now}" Version="2.0"><saml:Issuer>${said.entityID}</saml:Issuer>`;
  const rest =
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${said.nameID}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${said.request}" NotOnOrAfter="${soon}" Recipient="${said.recipient}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${now}" NotOnOrAfter="${soon}"><saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AttributeStatement>${attributes}</saml:AttributeStatement>` +
    `<saml:AuthnStatement AuthnInstant="${now}" SessionIndex="${id}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion>`;
  const digest = createHash('sha256')
    .update(begin + rest)
    .digest('base64');
  const info = (declared: string) =>
    `<ds:SignedInfo${declared}><ds:CanonicalizationMethod Algorithm="${c14n}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>` +
    `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${signatureNS}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${c14n}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = createSign('sha256')
    .update(info(` xmlns:ds="${signatureNS}"`))
    .sign(key, 'base64');
  const signature = `<ds:Signature xmlns:ds="${signatureNS}">${info('')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  const response =
    `<samlp:Response xmlns:samlp="${protocolNS}" Destination="${said.recipient}" ID="_${randomBytes(16).toString('hex')}" InResponseTo="${said.request}" IssueInstant="${now}" Version="2.0">` +
    `<saml:Issuer xmlns:saml="${assertionNS}">${said.entityID}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>` +
    `${begin}${signature}${rest}</samlp:Response>`;
  return Buffer.from(response).toString('base64');
}

/** Metadata of an identity provider. */
export const metadata = (entityID: string, loginURL: string, certificate: Buffer) =>
  `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityID}">` +
  `<IDPSSODescriptor protocolSupportEnumeration="${protocolNS}"><KeyDescriptor use="signing"><KeyInfo xmlns="${signatureNS}"><X509Data>` +
  `<X509Certificate>${certificate.toString('base64')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
  `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${loginURL}"/>` +
  `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${loginURL}"/></IDPSSODescriptor></EntityDescriptor>`;
