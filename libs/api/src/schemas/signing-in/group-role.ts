import { z } from 'zod';
import { Role } from '../account.ts';
import { OrganizationRole } from '../sharing/grants.ts';
import { id, slug, text, timestamp } from '../text.ts';

/** A sign-in connection, or `scim`: people and groups that come by SCIM without a connection. */
export const IdentitySource = z.union([id, z.literal('scim')]);
export type IdentitySource = z.infer<typeof IdentitySource>;

export const groupRolesMaximum = 500;

const group = text(1, 256).describe('as the identity provider writes it');

/** A group has one role in the store, and one in each organization. */
export const GroupRoleRequest = z.union([
  z.strictObject({ connectionId: IdentitySource, group, organization: z.null().default(null), role: Role }),
  z.strictObject({ connectionId: IdentitySource, group, organization: slug, role: OrganizationRole }),
]);
export type GroupRoleRequest = z.infer<typeof GroupRoleRequest>;

export const GroupRoleInfo = z.object({
  id: z.uuid(),
  connectionId: IdentitySource,
  group: z.string(),
  /** name of the organization; null: the role is of the store */
  organization: z.string().nullable(),
  role: z.union([Role, OrganizationRole]),
  created: timestamp,
});
export type GroupRoleInfo = z.infer<typeof GroupRoleInfo>;
