import { generateServiceProviderMetadata } from '@node-saml/node-saml';
import type { SamlPlaces } from './saml-places.ts';

/** What an identity provider imports to know this store. */
export const serviceMetadata = ({ entityId, answers }: SamlPlaces): string =>
  generateServiceProviderMetadata({
    ...{ issuer: entityId, callbackUrl: answers, identifierFormat: null, wantAssertionsSigned: true },
    // the same text each time
    generateUniqueId: () => '_metadata',
  });
