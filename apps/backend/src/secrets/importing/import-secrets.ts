import type { Actor, SecretImportRequest, SecretImportResult } from '@secret-store/api';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { applyImport } from './apply-import.ts';
import { planImport } from './plan-import.ts';

/**
 * The variables of a `.env` text become secrets of the algorithm: new ones, and new values of those that it has. Where one is
 * refused, nothing is done. What the store keeps itself is one transaction; a vault that fails half way keeps what it took.
 * @returns what was done with each variable, or would be, without any value
 */
export const importSecrets = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  request: SecretImportRequest,
): Promise<SecretImportResult> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  const place = { deps, actor, algorithmId };
  const { entries, values } = await planImport(place, request);
  const isRefused = values.length < entries.length;
  if (request.apply && !isRefused) await applyImport(place, values);
  return { results: [...entries] };
};
