export { pemBlocks } from './pem-blocks.ts';
export { flag, matching, oneOf, type Range, wholeNumber, word } from './text.ts';
export { certificates, clientCertificate, type TlsKeys, type TlsSettings, tlsSettings } from './tls.ts';
export { url, type UrlOptions } from './url.ts';
export { type ConfigurationMap, type Fallback, optional, required } from './values.ts';
