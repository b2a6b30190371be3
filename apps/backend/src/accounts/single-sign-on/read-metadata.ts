import { type Actor, ApiError, type ProviderMetadata, type ProviderMetadataRequest } from '@secret-store/api';
import { fetchOutside } from '../../outgoing/fetch-outside.ts';
import { NotSent } from '../../outgoing/reach-outside.ts';
import { requirePermission } from '../permissions.ts';
import { providerMetadata } from './saml/provider-metadata.ts';
import { SamlProblem } from './saml/xml/saml-problem.ts';

/** Over the store's own way out, as an issuer is asked: no redirects, no TLS left out, and nothing inside. */
const fetched = async (address: string): Promise<string> => {
  const answer = await fetchOutside(
    address,
    { headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' } },
    { configured: address },
  );
  if (!answer.ok) throw new NotSent(`The address answered ${answer.status}.`);
  return answer.text();
};

/**
 * What the metadata of a SAML identity provider says, for an administrator to look at. Nothing is stored.
 * @throws {ApiError} 6001 where it cannot be read, with the reason
 */
export const readMetadata = async (actor: Actor, request: ProviderMetadataRequest): Promise<ProviderMetadata> => {
  requirePermission(actor, 'users.manage');
  try {
    const xml = 'xml' in request ? request.xml : await fetched(request.address);
    const { entityId: issuer, ssoUrl, certificates } = providerMetadata(xml);
    return { issuer, ssoUrl, certificates: [...certificates] };
  } catch (error) {
    if (!(error instanceof SamlProblem) && !(error instanceof NotSent)) throw error;
    throw new ApiError('InputValidationError', error.message, { field: 'metadata', cause: error });
  }
};
