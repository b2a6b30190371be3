import { childrenOf, textOf } from './xml/read-xml.ts';
import { SamlProblem } from './xml/saml-problem.ts';
import type { SamlPlaces } from './saml-places.ts';

export interface SignedAssertion {
  readonly nameId: string;
  /** the id of the request of ours that it answers */
  readonly inResponseTo: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const skewMilliseconds = 60_000;

const one = (elements: readonly Element[], problem: string): Element => {
  const [element, ...others] = elements;
  if (element === undefined || others.length > 0) throw new SamlProblem(problem);
  return element;
};

const nameIdIn = (subject: Element): string => {
  const nameId = one(
    childrenOf(subject, 'assertion', 'NameID'),
    'The assertion does not say by one name who signed in.',
  );
  if (nameId.getAttribute('Format') === transient) {
    throw new SamlProblem(
      'The NameID is transient: another one each time. Let the identity provider send one that stays.',
    );
  }
  const text = textOf(nameId);
  if (text === '') throw new SamlProblem('The NameID is empty.');
  return text;
};

/** The one to whom it is handed proves nothing else: so it says for whom, until when, and for which request. */
const confirmedFor = (subject: Element, { answers }: SamlPlaces, now: number): string => {
  const confirmation = one(
    childrenOf(subject, 'assertion', 'SubjectConfirmation'),
    'The assertion does not have one subject confirmation.',
  );
  const data = one(
    childrenOf(confirmation, 'assertion', 'SubjectConfirmationData'),
    'The subject confirmation has no data.',
  );
  if (confirmation.getAttribute('Method') !== bearer)
    throw new SamlProblem('The subject confirmation is not “bearer”.');
  if (data.getAttribute('Recipient') !== answers) throw new SamlProblem('The assertion is for another recipient.');
  const until = Date.parse(data.getAttribute('NotOnOrAfter') ?? '');
  if (!(until > now - skewMilliseconds))
    throw new SamlProblem('The assertion is over, or does not say until when it holds.');
  const inResponseTo = data.getAttribute('InResponseTo') ?? '';
  if (inResponseTo === '') throw new SamlProblem('The assertion answers no request: sign-in begins at this store.');
  return inResponseTo;
};

const attributesIn = (assertion: Element): Map<string, readonly string[]> => {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of childrenOf(assertion, 'assertion', 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'assertion', 'Attribute')) {
      const name = attribute.getAttribute('Name') ?? '';
      const values = childrenOf(attribute, 'assertion', 'AttributeValue').map(textOf);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values.filter((value) => value !== '')]);
    }
  }
  return attributes;
};

/**
 * What an assertion says, whose signature, audience and conditions are verified.
 * @throws {SamlProblem}
 */
export const readAssertion = (
  assertion: Element,
  providerEntityId: string,
  places: SamlPlaces,
  now = Date.now(),
): SignedAssertion => {
  const issuer = one(childrenOf(assertion, 'assertion', 'Issuer'), 'The assertion does not say who issued it.');
  if (textOf(issuer) !== providerEntityId) throw new SamlProblem('The assertion is of another identity provider.');
  if (childrenOf(assertion, 'assertion', 'AuthnStatement').length === 0) {
    throw new SamlProblem('The assertion does not say that somebody signed in.');
  }
  const subject = one(childrenOf(assertion, 'assertion', 'Subject'), 'The assertion does not have one subject.');
  return {
    nameId: nameIdIn(subject),
    inResponseTo: confirmedFor(subject, places, now),
    attributes: attributesIn(assertion),
  };
};
