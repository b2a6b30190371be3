import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import type { SamlPlaces } from './saml-places.ts';

/** What an administrator entered of the identity provider. */
export interface SamlProvider {
  readonly entityId: string;
  readonly ssoUrl: string;
  /** PEM */
  readonly certificates: readonly string[];
}

const skewMilliseconds = 60_000;

/**
 * The assertion itself must be signed. `readAssertion` says which request an answer belongs to, so that nothing is kept in memory
 * for that.
 */
export const samlLibrary = (
  { ssoUrl, certificates }: SamlProvider,
  { entityId, answers }: SamlPlaces,
  requestId = '',
): SAML =>
  new SAML({
    ...{ issuer: entityId, audience: entityId, callbackUrl: answers, entryPoint: ssoUrl, idpCert: [...certificates] },
    ...{ wantAssertionsSigned: true, wantAuthnResponseSigned: false, acceptedClockSkewMs: skewMilliseconds },
    validateInResponseTo: ValidateInResponseTo.never,
    // the identity provider decides how people prove who they are, and by what it names them
    ...{ disableRequestedAuthnContext: true, identifierFormat: null },
    generateUniqueId: () => requestId,
  });
