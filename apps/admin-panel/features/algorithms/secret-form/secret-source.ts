import { z } from 'zod';
import { GeneratedValue, SecretCreateRequest, secretReference, secretValue } from '@secret-store/api/schemas';

/** Where an algorithm's secret comes from: a value typed here, one that the store makes, or an existing secret in the vault. */
export type SecretSource = 'value' | 'generate' | 'reference';

const { short_name, description, secret_key, provider_id, stale_seconds } = SecretCreateRequest.shape;
const metadata = { short_name, description, secret_key, provider_id, stale_seconds };

/** What the form requires. The request takes either; the form requires the one that was chosen. */
export const fieldsBySource: Readonly<Record<SecretSource, z.ZodType>> = {
  value: z.object({ ...metadata, secret_value: secretValue }),
  generate: z.object({ ...metadata, length: GeneratedValue.shape.length }),
  reference: z.object({ ...metadata, secret_reference: secretReference }),
};

interface SecretContent {
  readonly secret_value: string;
  readonly secret_reference: string;
  readonly length: number | string;
}

/** Only the chosen one is sent, even if another was typed too. */
export const contentOf = (source: SecretSource, { secret_value, secret_reference, length }: SecretContent) => {
  if (source === 'generate') return { generate: { length: Number(length) } };
  return source === 'value' ? { secret_value } : { secret_reference: secret_reference.trim() };
};
