import { describe, expect, it } from 'vitest';
import { providerCertificate, providerMetadata } from './provider-metadata.ts';
import { requestUrl } from './request-url.ts';
import { samlPlaces } from './saml-places.ts';
import { SamlProblem } from './xml/saml-problem.ts';
import { serviceMetadata } from './service-metadata.ts';
import { encoded, newSigningKey, type Odd, requestIn, SamlIssuer } from './testing/saml-issuer.ts';
import { wrapSignature } from './testing/wrap-signature.ts';
import { verifyAnswer } from './verify-answer.ts';

const issuer = new SamlIssuer();
const places = samlPlaces('https://store.example', 'company');
const statement = { ...places, inResponseTo: '_request' };

const read = (xml: string) => verifyAnswer(issuer, places, encoded(xml));
const answer = (odd: Odd = {}) => read(issuer.write(statement, odd));
const problemOf = async (reading: Promise<unknown>): Promise<string> => {
  const error: unknown = await reading.then(
    (accepted) => new Error(`accepted: ${JSON.stringify(accepted)}`),
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(SamlProblem);
  return error instanceof Error ? error.message : '';
};

describe('an answer of the identity provider', () => {
  it.each(['assertion', 'both'] as const)('says who signed in, with a signed %s', async (signs) => {
    const said = await answer({ signs, nameId: 'Maria & Co', attributes: { groups: ['ops', 'a <b>'], mail: [''] } });
    expect(said).toMatchObject({ nameId: 'Maria & Co', inResponseTo: '_request' });
    expect(said.attributes.get('groups')).toEqual(['ops', 'a <b>']);
  });

  it.each<[string, Odd, RegExp]>([
    ['without a signature', { signs: 'nothing' }, /not signed/],
    ['with only the response signed', { signs: 'response' }, /not signed/],
    ['signed by another key', { by: newSigningKey() }, /signature/],
    ['signed with SHA-1', { signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }, /algorithm/],
    ['with a digest of SHA-1', { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' }, /algorithm/],
    ['of another issuer', { issuer: 'https://other.example' }, /another identity provider/],
    ['for another audience', { audience: 'https://other.example' }, /audience/],
    ['without an audience', { withoutConditions: true }, /./],
    ['for another recipient', { recipient: 'https://store.example/sign-in/other/acs' }, /recipient/],
    ['for another destination', { destination: 'https://other.example' }, /destination/],
    ['that is over', { notOnOrAfter: -120 }, /over/],
    ['that does not hold yet', { notBefore: 120 }, /not hold yet/],
    ['whose confirmation is over', { confirmedUntil: -120 }, /over/],
    ['whose confirmation never ends', { confirmedUntil: null }, /until when/],
    ['that answers no request', { inResponseTo: null }, /no request/],
    ['that is confirmed by a key of its holder', { method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }, /bearer/],
    [
      'with another name each time',
      { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
      /transient/,
    ],
    ['without a name', { nameId: ' ' }, /empty/],
    ['of somebody who was not let in', { status: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed' }, /AuthnFailed/],
  ])('is refused %s', async (_title, odd, problem) => {
    expect(await problemOf(answer(odd))).toMatch(problem);
  });

  it('counts by what is signed: the request that the envelope names is not believed', async () => {
    expect(await answer({ responseTo: '_other' })).toMatchObject({ inResponseTo: '_request' });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is refused when it is wrapped around a signed one (XSW%i)', async (number) => {
    for (const signs of ['assertion', 'response', 'both'] as const)
      expect(await problemOf(read(wrapSignature(issuer.write(statement, { signs }), number)))).not.toBe('');
  });

  it('is refused where its shape leaves open what is signed, although each signature is genuine', async () => {
    const xml = issuer.write(statement);
    const other = issuer.write(statement, {
      nameId: 'admin',
      rewrite: (text) => text.replace('"_assertion"', '"_other"'),
    });
    const assertionIn = (text: string): string => /<saml:Assertion .*<\/saml:Assertion>/s.exec(text)?.[0] ?? '';
    const [signature = ''] = /<Signature .*<\/Signature>/s.exec(xml) ?? [];
    const within = (text: string): string =>
      `<samlp:Extensions xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${text}</samlp:Extensions>`;
    const odd: readonly [string, RegExp][] = [
      [xml.replace('</samlp:Response>', `${assertionIn(other)}</samlp:Response>`), /more than one assertion/],
      [xml.replace(assertionIn(xml), within(assertionIn(xml))), /assertion is not where it belongs/],
      [xml.replace('<samlp:Status>', `${within(signature)}<samlp:Status>`), /signature is not where it belongs/],
      [xml.replace('ID="_response"', 'ID="_assertion"'), /same id/],
      [xml.replace('<samlp:Status>', `${within('<samlp:Response/>')}<samlp:Status>`), /another one within/],
    ];
    expect(await read(other)).toMatchObject({ nameId: 'admin' });
    for (const [text, problem] of odd) expect(await problemOf(read(text))).toMatch(problem);
  });

  it('is refused when what is signed was changed, or the signature was taken from another', async () => {
    const xml = issuer.write(statement, { attributes: { groups: ['user'] } });
    expect(await problemOf(read(xml.replace('>maria<', '>admin<')))).toMatch(/signature/);
    expect(await problemOf(read(xml.replace('>user<', '>admins<')))).toMatch(/signature/);
    const [signature = ''] = /<Signature .*<\/Signature>/s.exec(xml) ?? [];
    const unsigned = issuer.write(statement, { signs: 'nothing', nameId: 'admin' });
    expect(signature).not.toBe('');
    expect(await problemOf(read(unsigned.replace('<saml:Subject>', `${signature}<saml:Subject>`)))).toMatch(
      /signature/,
    );
  });

  it('is refused with a document type, an entity, a comment, CDATA or a processing instruction', async () => {
    const xml = issuer.write(statement);
    const doctype = '<!DOCTYPE r [<!ENTITY e "admin"><!ENTITY x SYSTEM "file:///etc/passwd">]>';
    for (const odd of [
      doctype + xml,
      (doctype + xml).replace('>maria<', '>&x;<'),
      xml.replace('>maria<', '>admin<!---->maria<'),
      xml.replace('>maria<', '><![CDATA[maria]]><'),
      xml.replace('>maria<', '><?x y?>maria<'),
      `${xml}<!-- after -->`,
    ])
      expect(await problemOf(read(odd))).toMatch(/not accepted/);
    // and when it was signed so
    const commented = { rewrite: (text: string) => text.replace('>maria<', '>admin<!-- -->.maria<') };
    expect(await problemOf(answer(commented))).toMatch(/not accepted/);
    for (const odd of ['', '<', 'text', '<a>', xml.slice(0, -5), xml.replace('>maria<', '>&e;<')])
      expect(await problemOf(read(odd))).not.toBe('');
    expect(await problemOf(verifyAnswer(issuer, places, Buffer.from([0xff, 0xfe, 0x3c]).toString('base64')))).toMatch(
      /UTF-8/,
    );
  });

  it('is refused when it is encrypted', async () => {
    const xml = issuer.write(statement);
    const encrypted = '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>';
    expect(await problemOf(read(xml.replace('</samlp:Response>', `${encrypted}</samlp:Response>`)))).toMatch(
      /encrypted/,
    );
  });
});

describe('the metadata', () => {
  it('of this store names where answers go, and that assertions must be signed', async () => {
    const xml = serviceMetadata(places);
    expect(xml).toContain('entityID="https://store.example/sign-in/company/metadata"');
    expect(xml).toContain('Location="https://store.example/sign-in/company/acs"');
    expect(xml).toContain('WantAssertionsSigned="true"');
    const request = requestIn(await requestUrl(issuer, places, 'state'));
    expect(request.id).toBe('_state');
    expect(request.xml).toContain('AssertionConsumerServiceURL="https://store.example/sign-in/company/acs"');
  });

  it('of an identity provider is read, and says what is missing', async () => {
    const base64 = issuer.signingKey.certificate.replace(/-----[A-Z ]+-----|\n/g, '');
    const metadata = (certificate: string, binding = 'HTTP-Redirect') =>
      `<?xml version="1.0"?><!-- a comment --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://issuer.example/saml">` +
      `<md:IDPSSODescriptor><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
      `<ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="https://issuer.example/sso"/>` +
      `</md:IDPSSODescriptor></md:EntityDescriptor>`;
    const { entityId, ssoUrl, certificates } = providerMetadata(metadata(base64));
    expect({ entityId, ssoUrl, certificates }).toEqual({
      ...{ entityId: issuer.entityId, ssoUrl: issuer.ssoUrl, certificates: issuer.certificates },
    });
    const problems = [
      [metadata('AAAA'), /certificate/],
      [metadata(base64, 'HTTP-POST'), /redirect/],
      ['<a/>', /EntityDescriptor/],
      ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /not accepted/],
    ] as const;
    for (const [xml, problem] of problems)
      expect(await problemOf((async () => providerMetadata(xml))())).toMatch(problem);
    expect(() => providerCertificate(newSigningKey(1024).certificate)).toThrow(/2048/);
  });
});
