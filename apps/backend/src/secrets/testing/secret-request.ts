import type { SecretCreateRequest } from '@secret-store/api';

export const secretRequest = (
  algorithmId: string,
  variable: string,
  value: string,
  others: Partial<SecretCreateRequest> = {},
): SecretCreateRequest => ({
  short_name: `Name of ${variable}`,
  description: '',
  owner_type: 'algorithm',
  owner_id: algorithmId,
  secret_key: variable,
  secret_value: value,
  ...others,
});
