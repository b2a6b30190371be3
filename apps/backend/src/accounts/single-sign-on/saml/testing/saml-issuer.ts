import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { SamlProvider } from '../saml-library.ts';

export interface SigningKey {
  readonly certificate: string;
  readonly key: string;
}

export const newSigningKey = (bits = 2048): SigningKey => {
  const folder = mkdtempSync(path.join(tmpdir(), 'saml-issuer-'));
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const kind = ['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', '-days', '2', '-subj', '/CN=issuer'];
  execFileSync('openssl', [...kind, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  const made = { certificate: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
};

/** The request that a browser was sent with. */
export const requestIn = (url: string): { readonly id: string; readonly xml: string } => {
  const xml = inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  return { xml, id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '' };
};

export interface Statement {
  readonly entityId: string;
  readonly answers: string;
  readonly inResponseTo: string;
}

/** What is not as it should be, and what is said of the person. */
export interface Odd {
  readonly nameId?: string;
  readonly nameIdFormat?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly recipient?: string;
  readonly destination?: string;
  readonly method?: string;
  /** seconds from now */
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmedUntil?: number | null;
  readonly inResponseTo?: string | null;
  readonly responseTo?: string;
  readonly status?: string;
  readonly withoutConditions?: boolean;
  readonly signs?: 'assertion' | 'response' | 'both' | 'nothing';
  readonly signature?: string;
  readonly digest?: string;
  readonly by?: SigningKey;
  /** of the assertion, before it is signed */
  readonly rewrite?: (xml: string) => string;
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const signElement = (
  xml: string,
  name: 'Assertion' | 'Response',
  { key, certificate }: SigningKey,
  { signature, digest }: Pick<Odd, 'signature' | 'digest'> = {},
): string => {
  const signed = new SignedXml({
    ...{ privateKey: key, publicCert: certificate, canonicalizationAlgorithm: exclusive },
    signatureAlgorithm: signature ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  });
  const element = `//*[local-name(.)='${name}']`;
  signed.addReference({
    ...{ xpath: element, transforms: [enveloped, exclusive] },
    digestAlgorithm: digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signed.computeSignature(xml, {
    location: { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signed.getSignedXml();
};

/** A SAML identity provider that says whatever a test wants. */
export class SamlIssuer implements SamlProvider {
  readonly entityId = 'https://issuer.example/saml';
  readonly ssoUrl = 'https://issuer.example/sso';
  readonly signingKey = newSigningKey();
  readonly certificates = [this.signingKey.certificate];

  #assertion({ entityId, answers, inResponseTo }: Statement, odd: Odd): string {
    const answered = odd.inResponseTo === undefined ? inResponseTo : odd.inResponseTo;
    const until = odd.confirmedUntil === undefined ? 300 : odd.confirmedUntil;
    const format = odd.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
    const attributes = Object.entries(odd.attributes ?? {}).map(
      ([name, values]) =>
        `<saml:Attribute Name="${escape(name)}">${values
          .map((value) => `<saml:AttributeValue>${escape(value)}</saml:AttributeValue>`)
          .join('')}</saml:Attribute>`,
    );
    const data = [
      ...(answered === null ? [] : [`InResponseTo="${answered}"`]),
      `Recipient="${odd.recipient ?? answers}"`,
      ...(until === null ? [] : [`NotOnOrAfter="${at(until)}"`]),
    ];
    return [
      `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" Version="2.0" IssueInstant="${at(0)}">`,
      `<saml:Issuer>${odd.issuer ?? this.entityId}</saml:Issuer>`,
      `<saml:Subject><saml:NameID Format="${format}">${escape(odd.nameId ?? 'maria')}</saml:NameID>`,
      `<saml:SubjectConfirmation Method="${odd.method ?? 'urn:oasis:names:tc:SAML:2.0:cm:bearer'}">`,
      `<saml:SubjectConfirmationData ${data.join(' ')}/></saml:SubjectConfirmation></saml:Subject>`,
      odd.withoutConditions
        ? ''
        : `<saml:Conditions NotBefore="${at(odd.notBefore ?? -10)}" NotOnOrAfter="${at(odd.notOnOrAfter ?? 300)}">` +
          `<saml:AudienceRestriction><saml:Audience>${odd.audience ?? entityId}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
      `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
      attributes.length === 0 ? '' : `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`,
      '</saml:Assertion>',
    ].join('');
  }

  /** The answer as XML. */
  write(statement: Statement, odd: Odd = {}): string {
    const { by = this.signingKey, signs = 'assertion', rewrite = (xml: string) => xml } = odd;
    const status = odd.status ?? 'urn:oasis:names:tc:SAML:2.0:status:Success';
    const xml = [
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0" IssueInstant="${at(0)}"`,
      ` Destination="${odd.destination ?? statement.answers}" InResponseTo="${odd.responseTo ?? statement.inResponseTo}">`,
      `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${odd.issuer ?? this.entityId}</saml:Issuer>`,
      `<samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>`,
      rewrite(this.#assertion(statement, odd)),
      '</samlp:Response>',
    ].join('');
    const withAssertion = signs === 'assertion' || signs === 'both' ? signElement(xml, 'Assertion', by, odd) : xml;
    return signs === 'response' || signs === 'both' ? signElement(withAssertion, 'Response', by, odd) : withAssertion;
  }
}

export const encoded = (xml: string): string => Buffer.from(xml).toString('base64');
