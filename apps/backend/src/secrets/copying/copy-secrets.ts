import { type Actor, ApiError, type SecretsCopyRequest, type SecretsCopyResult } from '@secret-store/api';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { applyImport } from '../importing/apply-import.ts';
import { planCopy } from './plan-copy.ts';

/**
 * Secrets of another algorithm become secrets of this one: variables, names, descriptions and providers, with values of their own.
 * References stay references. What the algorithm has already stays as it is. Where one is refused, nothing is done; else all of it
 * becomes visible at once.
 * @returns what was done with each, or would be, without any value
 */
export const copySecrets = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  { sourceId, secrets, apply }: SecretsCopyRequest,
): Promise<SecretsCopyResult> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: sourceId });
  const place = { deps, actor, algorithmId, done: 'copied' as const };
  const { entries, values, referring, valueless } = await planCopy({ ...place, sourceId }, secrets);
  const isRefused = entries.some(({ action }) => action === 'refuse');
  if (apply && !isRefused) {
    requireValues(valueless);
    if (values.length + referring.length > 0) await applyImport(place, values, referring);
  }
  return { results: [...entries] };
};

const requireValues = ([first, ...others]: readonly string[]): void => {
  if (first === undefined) return;
  throw new ApiError(
    'CreateRequiresSecretValue',
    `${first} has no value${others.length === 0 ? '' : `, nor have ${others.length} others`}. Enter one or generate it. Nothing was copied.`,
    { field: 'secrets' },
  );
};
