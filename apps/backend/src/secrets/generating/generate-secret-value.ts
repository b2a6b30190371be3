import type { Actor, AlgorithmSecret, GeneratedValue } from '@secret-store/api';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { existingSecret } from '../existing-secret.ts';
import { updateSecret } from '../update-secret.ts';
import { generateValue } from '../secret-value.ts';

/** A new value that nobody sees, for a secret that stays as it is otherwise. */
export const generateSecretValue = async (
  deps: Dependencies,
  actor: Actor,
  { algorithmId, secretId }: { readonly algorithmId: string; readonly secretId: string },
  wanted: GeneratedValue,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const { shortName, description } = await existingSecret(deps, algorithmId, secretId);
  const request = { short_name: shortName, description, secret_value: generateValue(wanted) };
  return updateSecret(deps, actor, algorithmId, secretId, request);
};
