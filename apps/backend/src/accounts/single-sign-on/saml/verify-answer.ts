import { isNamed, childrenOf, readXml, textOf } from './xml/read-xml.ts';
import { readAssertion, type SignedAssertion } from './read-assertion.ts';
import { requireShape } from './require-shape.ts';
import { samlLibrary, type SamlProvider } from './saml-library.ts';
import type { SamlPlaces } from './saml-places.ts';
import { SamlProblem } from './xml/saml-problem.ts';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

const decode = (samlResponse: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(samlResponse, 'base64'));
  } catch {
    throw new SamlProblem('The answer is not UTF-8.');
  }
};

/** It may be not signed, and says nothing that is believed: it only must not contradict. */
const requireEnvelope = (response: Element, { entityId }: SamlProvider, { answers }: SamlPlaces): void => {
  const [status] = childrenOf(response, 'protocol', 'Status').flatMap((one) =>
    childrenOf(one, 'protocol', 'StatusCode'),
  );
  if (status?.getAttribute('Value') !== success) {
    const code = /^urn:oasis:names:tc:SAML:2\.0:status:(\w{1,40})$/.exec(status?.getAttribute('Value') ?? '')?.[1];
    throw new SamlProblem(`The identity provider did not sign the person in (${code ?? 'without a status'}).`);
  }
  const destination = response.getAttribute('Destination') || answers;
  if (destination !== answers) throw new SamlProblem('The answer is for another destination.');
  const issuers = childrenOf(response, 'assertion', 'Issuer');
  if (issuers.some((issuer) => textOf(issuer) !== entityId)) {
    throw new SamlProblem('The answer is of another identity provider.');
  }
};

const verifySignature = async (provider: SamlProvider, places: SamlPlaces, samlResponse: string): Promise<Element> => {
  const { profile } = await samlLibrary(provider, places)
    .validatePostResponseAsync({ SAMLResponse: samlResponse })
    .catch((error: unknown) => {
      throw new SamlProblem(wordsOf(error), { cause: error });
    });
  // what the signature covers, and nothing else of the answer
  const assertion = readXml(profile?.getAssertionXml?.() ?? '');
  if (!isNamed(assertion, 'assertion', 'Assertion')) throw new SamlProblem('What is signed is no assertion.');
  return assertion;
};

const wordsOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : '';
  if (text.includes('udience')) return 'The assertion is for another audience.';
  if (text.includes('parsing Not')) return 'The assertion does not say until when it holds.';
  if (text.includes('expired')) return 'The assertion is over. Check the clocks of both sides.';
  if (text.includes('not yet valid')) return 'The assertion does not hold yet. Check the clocks of both sides.';
  return 'The signature of the assertion is not right. Check the certificate of the identity provider.';
};

/** The request that the envelope says it answers, which nobody vouches for; null where it says none. @throws {SamlProblem} */
export const requestNamedIn = (samlResponse: string): string | null =>
  readXml(decode(samlResponse)).getAttribute('InResponseTo') || null;

/**
 * What an identity provider's answer says, as a browser brought it. Whether it answers a request of that browser is decided by who
 * calls this, by `inResponseTo`.
 * @throws {SamlProblem}
 */
export const verifyAnswer = async (
  provider: SamlProvider,
  places: SamlPlaces,
  samlResponse: string,
): Promise<SignedAssertion> => {
  const response = readXml(decode(samlResponse));
  if (isNamed(response, 'protocol', 'Response')) requireEnvelope(response, provider, places);
  requireShape(response);
  return readAssertion(await verifySignature(provider, places, samlResponse), provider.entityId, places);
};
