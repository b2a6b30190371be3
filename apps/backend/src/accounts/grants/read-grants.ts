import { type Actor, CollaboratorRole, OrganizationRole } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { hasEnded } from './grant-end.ts';

type GrantDependencies = Pick<Dependencies, 'ledger'>;

/**
 * The actor with what organizations and other owners grant at this moment. What is over grants nothing, and neither does a row that
 * was written outside the store.
 */
export const withGrants = async (deps: GrantDependencies, actor: Actor): Promise<Actor> => {
  const [memberships, collaborations] = await Promise.all([
    grantsOf(deps, 'membership', actor.userId),
    grantsOf(deps, 'collaborator', actor.userId),
  ]);
  const organizations = (await Promise.all(memberships.map((membership) => organizationOf(deps, membership)))).flat();
  const sharedAlgorithms = collaborations.map(({ algorithmId: id, role }) => ({
    id,
    role: CollaboratorRole.parse(role),
  }));
  return { ...actor, organizations, sharedAlgorithms };
};

/** Most people have none, and then no database is asked. */
const grantsOf = async <Kind extends 'membership' | 'collaborator'>(
  { ledger }: GrantDependencies,
  kind: Kind,
  userId: string,
): Promise<Rows[Kind][]> => {
  if (ledger.memory.count(kind, userId) === 0) return [];
  // a field of both kinds
  const rows = await ledger.find(kind, { userId } as Partial<Rows[Kind]>);
  return rows.filter((row) => !hasEnded(row));
};

const organizationOf = async ({ ledger }: GrantDependencies, membership: Rows['membership']) => {
  const { organizationId: id, role, expiresAt } = membership;
  const organization = await ledger.read('organization', id).catch(passRefused);
  if (organization === null || organization.deletedAt !== null) return [];
  return [{ id, name: organization.name, role: OrganizationRole.parse(role), expiresAt }];
};
