import { DOMParser } from '@xmldom/xmldom';
import { SamlProblem } from './saml-problem.ts';

const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

export type Namespace = keyof typeof namespaces;

/** Only at the very beginning. */
const declaration = /^\uFEFF?<\?xml [^<>?]*\?>/;

/**
 * Parsers disagree on document types, entities, comments, CDATA and processing instructions, which is how a signed text came to mean
 * something else: <https://github.com/advisories/GHSA-5684-g483-2249>. No identity provider needs them, so they are refused before
 * a parser sees them. In XML, `<` stands nowhere but at the beginning of markup.
 * @throws {SamlProblem}
 */
export const readXml = (text: string): Element => {
  const content = text.replace(declaration, '').trim();
  if (/<[!?]/.test(content)) {
    throw new SamlProblem(
      'The XML has a document type, a comment, CDATA or a processing instruction, which are not accepted.',
    );
  }
  const fail = (): never => {
    throw new SamlProblem('The text is not well-formed XML.');
  };
  try {
    const { documentElement } = new DOMParser({
      errorHandler: { warning: fail, error: fail, fatalError: fail },
    }).parseFromString(content, 'text/xml');
    return documentElement ?? fail();
  } catch {
    return fail();
  }
};

export const isNamed = (element: Element, namespace: Namespace, name: string): boolean =>
  element.namespaceURI === namespaces[namespace] && element.localName === name;

/** The children of that name. */
export const childrenOf = (parent: Element, namespace: Namespace, name: string): Element[] =>
  Array.from(parent.childNodes)
    .filter((node): node is Element => node.nodeType === 1)
    .filter((element) => isNamed(element, namespace, name));

/** All below it with that name in any namespace: what looks at names alone must find nothing else. */
export const allNamed = (root: Element, name: string): Element[] => {
  const below = Array.from(root.getElementsByTagNameNS('*', name));
  return root.localName === name ? [root, ...below] : below;
};

export const textOf = (element: Element): string => (element.textContent ?? '').trim();
