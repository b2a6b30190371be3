import type { SecretUpdateRequest } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';

/** What people say of a secret beside its value. */
export interface SecretMetadata {
  readonly shortName: string;
  readonly description: string;
  /** signed too; null: as its provider says; left out: as it is */
  readonly staleSeconds?: number | null;
}

/** From a request to create or to update. */
export const metadataOf = (
  request: Pick<SecretUpdateRequest, 'short_name' | 'description' | 'stale_seconds'>,
): SecretMetadata => ({
  shortName: request.short_name,
  description: request.description,
  ...(request.stale_seconds !== undefined && { staleSeconds: request.stale_seconds }),
});

/** The entry as it is to be signed. */
export const withMetadata = <Entry extends Pick<SetEntry, 'staleSeconds'>>(
  entry: Entry,
  { staleSeconds }: Pick<Partial<SecretMetadata>, 'staleSeconds'>,
): Entry => {
  if (staleSeconds === undefined) return entry;
  const { staleSeconds: _, ...others } = entry;
  // all that is left out is optional
  return { ...others, ...(staleSeconds !== null && { staleSeconds }) } as Entry;
};
