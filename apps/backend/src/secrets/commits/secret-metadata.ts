import type { SecretUpdateRequest } from '@secret-store/api';

/** What people say of a secret beside its value. */
export interface SecretMetadata {
  readonly shortName: string;
  readonly description: string;
}

/** From a request to create or to update. */
export const metadataOf = (request: Pick<SecretUpdateRequest, 'short_name' | 'description'>): SecretMetadata => ({
  shortName: request.short_name,
  description: request.description,
});
