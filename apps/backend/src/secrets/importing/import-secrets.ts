import type { Actor, SecretImportRequest, SecretImportResult } from '@secret-store/api';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { applyImport } from './apply-import.ts';
import { planImport } from './plan-import.ts';

/**
 * The variables of a `.env` text become secrets of the algorithm: new ones, and new values of those that it has. Where one is
 * refused, nothing is done. Else all of it becomes visible at once.
 * Where a vault fails half way, nothing new is created; what it has replaced by then stays replaced, and the failure says so.
 * @returns what was done with each variable, or would be, without any value
 */
export const importSecrets = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  request: SecretImportRequest,
): Promise<SecretImportResult> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const place = { deps, actor, algorithmId, done: 'imported' as const };
  const { entries, values, unread } = await planImport(place, request);
  const isRefused = values.length < entries.length;
  if (request.apply && !isRefused) await applyImport(place, values);
  return { results: [...entries], ...(unread.length > 0 && { unread_lines: [...unread] }) };
};
