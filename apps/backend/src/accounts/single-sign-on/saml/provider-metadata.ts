import { X509Certificate } from 'node:crypto';
import { providerMetadataMaximum } from '@secret-store/api';
import { childrenOf, isNamed, readXml, textOf } from './xml/read-xml.ts';
import type { SamlProvider } from './saml-library.ts';
import { SamlProblem } from './xml/saml-problem.ts';

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const rsaBitsMinimum = 2048;

/** In one pass: a pattern would look for the end of each of many comments that have none. */
const withoutComments = (xml: string): string => {
  const [first = '', ...others] = xml.split('<!--');
  return others.reduce((kept, part) => {
    const end = part.indexOf('-->');
    if (end === -1) throw new SamlProblem('The metadata has a comment without an end.');
    return kept + part.slice(end + 3);
  }, first);
};

const pemOf = (base64: string): string => {
  const lines = base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

/**
 * One certificate of an identity provider, as PEM, with or without its first and last line.
 * @throws {SamlProblem}
 */
export const providerCertificate = (text: string): string => {
  const pem = pemOf(text.replace(/-----[A-Z ]+-----/g, ''));
  let key;
  try {
    key = new X509Certificate(pem).publicKey;
  } catch {
    throw new SamlProblem('The certificate is not a certificate in PEM.');
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < rsaBitsMinimum) {
    throw new SamlProblem(`The certificate has another key than RSA with ${rsaBitsMinimum} bits or more.`);
  }
  return pem;
};

/**
 * What the metadata of an identity provider says of it. An administrator pastes it, and is who vouches for it: a signature of it is
 * not looked at.
 * @throws {SamlProblem}
 */
export const providerMetadata = (xml: string): SamlProvider => {
  if (xml.length > providerMetadataMaximum) {
    throw new SamlProblem(
      `The metadata is longer than ${providerMetadataMaximum / 1024} KiB: it is not of one identity provider.`,
    );
  }
  const root = readXml(withoutComments(xml));
  if (!isNamed(root, 'metadata', 'EntityDescriptor')) {
    throw new SamlProblem('The metadata does not describe one identity provider (EntityDescriptor).');
  }
  const [provider] = childrenOf(root, 'metadata', 'IDPSSODescriptor');
  const services = provider === undefined ? [] : childrenOf(provider, 'metadata', 'SingleSignOnService');
  const service = services.find((one) => one.getAttribute('Binding') === redirectBinding);
  if (provider === undefined || service === undefined) {
    throw new SamlProblem('The metadata has no single sign-on address for the redirect binding.');
  }
  const certificates = childrenOf(provider, 'metadata', 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => childrenOf(key, 'signature', 'KeyInfo'))
    .flatMap((info) => childrenOf(info, 'signature', 'X509Data'))
    .flatMap((data) => childrenOf(data, 'signature', 'X509Certificate'))
    .map((certificate) => providerCertificate(textOf(certificate)));
  if (certificates.length === 0) throw new SamlProblem('The metadata has no certificate to verify signatures with.');
  return {
    entityId: root.getAttribute('entityID') ?? '',
    ssoUrl: service.getAttribute('Location') ?? '',
    certificates: [...new Set(certificates)],
  };
};
