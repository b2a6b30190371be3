import { allNamed, childrenOf, isNamed } from './xml/read-xml.ts';
import { SamlProblem } from './xml/saml-problem.ts';

const algorithms: Readonly<Record<string, ReadonlySet<string>>> = {
  SignatureMethod: new Set([
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  ]),
  DigestMethod: new Set(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512']),
  CanonicalizationMethod: new Set(['http://www.w3.org/2001/10/xml-exc-c14n#']),
  Transform: new Set([
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
  ]),
};

const refuse = (reason: string): never => {
  throw new SamlProblem(reason);
};

const requireAlgorithms = (response: Element): void => {
  for (const [name, allowed] of Object.entries(algorithms)) {
    const others = allNamed(response, name).filter((method) => !allowed.has(method.getAttribute('Algorithm') ?? ''));
    if (others.length > 0)
      refuse(`A signature uses an algorithm that is not accepted (${name}). Use RSA with SHA-256.`);
  }
};

const requireUniqueIds = (response: Element): void => {
  const ids = [response, ...Array.from(response.getElementsByTagName('*'))].flatMap((element) =>
    Array.from(element.attributes)
      .filter(({ localName, name }) => (localName || name).toLowerCase() === 'id')
      .map(({ value }) => value),
  );
  if (new Set(ids).size !== ids.length) refuse('Two elements have the same id.');
};

/**
 * One response with one assertion, and a signature only where it signs what it stands in. An answer that was wrapped around a signed
 * one, or has a signature elsewhere, has another shape, whatever a library makes of it.
 * @returns the assertion, which is not verified yet
 * @throws {SamlProblem}
 */
export const requireShape = (response: Element): Element => {
  if (!isNamed(response, 'protocol', 'Response')) refuse('The answer is not a SAML response.');
  if (allNamed(response, 'EncryptedAssertion').length > 0) {
    refuse(
      'The assertion is encrypted, which is not supported. Turn encryption off for this store at the identity provider.',
    );
  }
  const [assertion, ...others] = allNamed(response, 'Assertion');
  if (assertion === undefined) return refuse('The answer has no assertion.');
  if (others.length > 0) refuse('The answer has more than one assertion.');
  if (assertion.parentNode !== response || !isNamed(assertion, 'assertion', 'Assertion')) {
    refuse('The assertion is not where it belongs.');
  }
  const signatures = allNamed(response, 'Signature');
  const expected = [response, assertion].flatMap((signed) => childrenOf(signed, 'signature', 'Signature').slice(0, 1));
  if (signatures.length !== expected.length) refuse('A signature is not where it belongs.');
  if (childrenOf(assertion, 'signature', 'Signature').length === 0) {
    refuse('The assertion is not signed. Let the identity provider sign assertions.');
  }
  if (allNamed(response, 'Response').length > 1 || allNamed(response, 'Object').length > 0) {
    refuse('The answer has another one within.');
  }
  requireAlgorithms(response);
  requireUniqueIds(response);
  return assertion;
};
