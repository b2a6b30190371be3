import { z } from 'zod';
import { SecretCreateRequest, secretReference, secretValue } from '@secret-store/api/schemas';

/** Where an algorithm's secret comes from: typed here, or kept in the vault by others. */
export type SecretSource = 'value' | 'reference';

const { short_name, description, secret_key, provider_id } = SecretCreateRequest.shape;
const metadata = { short_name, description, secret_key, provider_id };

/** What the form must hold. The request itself leaves both open; whichever was chosen is required. */
export const fieldsBySource: Readonly<Record<SecretSource, z.ZodType>> = {
  value: z.object({ ...metadata, secret_value: secretValue }),
  reference: z.object({ ...metadata, secret_reference: secretReference }),
};

export const secretFieldNames = [...Object.keys(metadata), 'secret_value', 'secret_reference'];

interface SecretContent {
  readonly secret_value: string;
  readonly secret_reference: string;
}

/** The one of the two that was chosen: what was typed for the other is not sent. */
export const contentOf = (source: SecretSource, { secret_value, secret_reference }: SecretContent) =>
  source === 'value' ? { secret_value } : { secret_reference: secret_reference.trim() };
