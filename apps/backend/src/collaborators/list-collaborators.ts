import { type Actor, type Collaborator, CollaboratorRole } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { granteeOf } from '../accounts/grants/grantee.ts';
import { namesOf } from '../accounts/grants/names-of.ts';
import type { Dependencies } from '../dependencies.ts';

/** By name, also those whose role is over; for all who may see the algorithm. */
export const listCollaborators = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  algorithmId: string,
): Promise<Collaborator[]> => {
  const { id } = await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  const rows = await deps.ledger.find('collaborator', { algorithmId: id });
  const names = await namesOf(deps, rows);
  return rows
    .map((row) => ({ ...granteeOf(row, names), role: CollaboratorRole.parse(row.role) }))
    .sort((left, right) => left.username.localeCompare(right.username));
};
