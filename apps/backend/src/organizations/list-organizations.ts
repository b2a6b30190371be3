import { type Actor, type OrganizationDetails, type OrganizationInfo, OrganizationRole } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { can } from '../accounts/permissions.ts';
import { namesOf } from '../accounts/grants/names-of.ts';
import { granteeOf } from '../accounts/grants/grantee.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { organizationInfoOf } from './organization-info.ts';
import { authorisedOrganization } from './organization-named.ts';
import { countAlgorithmsOf } from './owned-algorithms.ts';

type ListDependencies = Pick<Dependencies, 'db' | 'ledger'>;

const statement = `SELECT ${selection('organization')} FROM organization
  WHERE "deletedAt" IS NULL AND ($1::uuid[] IS NULL OR id = ANY($1)) ORDER BY name`;

/** Those whose member the actor is, or all for those who may see all, by name. */
export const listOrganizations = async (
  { db, ledger }: ListDependencies,
  actor: Actor,
): Promise<OrganizationInfo[]> => {
  const ids = can(actor, 'organizations.read') ? null : (actor.organizations ?? []).map(({ id }) => id);
  const rows = await rowsOf<Rows['organization']>(db.pool, { text: statement, values: [ids] });
  const organizations = await ledger.genuineAll('organization', rows);
  return organizations
    .filter(({ deletedAt }) => deletedAt === null)
    .map((organization) => organizationInfoOf(organization, actor));
};

/** With the members by name, also those whose role is over. */
export const showOrganization = async (
  deps: ListDependencies,
  actor: Actor,
  name: string,
): Promise<OrganizationDetails> => {
  const organization = await authorisedOrganization(deps, actor, 'organizations.read', name);
  const memberships = await deps.ledger.find('membership', { organizationId: organization.id });
  const names = await namesOf(deps, memberships);
  const members = memberships
    .map((membership) => ({ ...granteeOf(membership, names), role: OrganizationRole.parse(membership.role) }))
    .sort((left, right) => left.username.localeCompare(right.username));
  return { ...organizationInfoOf(organization, actor), members, algorithms: countAlgorithmsOf(deps, name) };
};
