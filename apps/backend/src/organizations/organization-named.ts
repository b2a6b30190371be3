import { type Actor, ApiError, type OrganizationPermission } from '@secret-store/api';
import { can, grantedIn } from '../accounts/permissions.ts';
import { isUsername } from '../accounts/refused-credentials.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';

type Access = Extract<OrganizationPermission, 'organizations.read' | 'organizations.manage'>;

/** @throws {ApiError} 2001, also where there is no such organization; 6001 with status 404 for those who may see all of them */
export const authorisedOrganization = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  access: Access,
  name: string,
): Promise<Rows['organization']> => {
  if (!can(actor, access) && !grantedIn(actor, name).includes(access)) throw refused(access);
  const [organization] = isUsername(name) ? await ledger.find('organization', { name }) : [];
  if (organization !== undefined && organization.deletedAt === null) return organization;
  throw noSuchOrganization();
};

/** The row, locked: it may have been deleted since the name was looked up. @throws {ApiError} 6001 with status 404 */
export const lockedOrganization = async (changes: Change, id: string): Promise<Rows['organization']> => {
  const organization = await changes.find('organization', id);
  if (organization !== null && organization.deletedAt === null) return organization;
  throw noSuchOrganization();
};

const noSuchOrganization = () =>
  new ApiError('InputValidationError', 'There is no organization with this name. Check the name.', { status: 404 });

const refused = (access: Access): ApiError =>
  new ApiError(
    'NotAuthorized',
    access === 'organizations.read'
      ? 'You are not a member of this organization. Ask one of its admins, or an administrator of the store.'
      : 'Only admins of the organization and administrators of the store can do this. Ask one of them.',
  );
