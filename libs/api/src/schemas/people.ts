import { z } from 'zod';
import { Permission, Role } from './account.ts';
import { OrganizationRole } from './sharing/grants.ts';
import { displayName, endTime, paging, text, timestamp } from './text.ts';

const password = text(8, 128);

/** Who is asking, and what they may do. */
export const Me = z
  .object({
    id: z.string(),
    username: z.string(),
    role: Role.describe("of the caller: an API key's can be less than its owner's"),
    organizations: z.array(z.object({ name: z.string(), role: OrganizationRole })),
    permissions: z.array(Permission),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const PasswordChange = z
  .strictObject({ current: z.string().min(1, 'must not be empty').max(128), password })
  .meta({ id: 'PasswordChange' });
export type PasswordChange = z.infer<typeof PasswordChange>;

export const UserInfo = z
  .object({
    id: z.string(),
    username: z.string(),
    role: Role,
    isEnabled: z.boolean(),
    secondFactor: z.boolean().describe('whether sign-in asks for a second factor'),
    created: timestamp,
    lastSeen: timestamp.nullable().describe('to the minute; null: not seen yet'),
  })
  .meta({ id: 'UserInfo' });
export type UserInfo = z.infer<typeof UserInfo>;

export const UserUpdate = z
  .strictObject({
    role: Role.optional(),
    isEnabled: z.boolean().optional(),
    password: password.optional(),
    secondFactor: z
      .literal(false, 'must be false: only the person can set one up')
      .optional()
      .describe('false: removes it, so that sign-in asks for the password alone'),
  })
  .meta({ id: 'UserUpdate' });
export type UserUpdate = z.infer<typeof UserUpdate>;

export const UserListQuery = z.strictObject({
  search: text(0, 64).optional().describe('part of the username'),
  ...paging,
});
export type UserListQuery = z.infer<typeof UserListQuery>;

export const UserPage = z
  .object({ results: z.array(UserInfo), marker: z.string().nullable() })
  .meta({ id: 'UserPage' });
export type UserPage = z.infer<typeof UserPage>;

/** A user as the panel lists it. */
export const ListedUser = UserInfo.extend({ isService: z.boolean() });
export type ListedUser = z.infer<typeof ListedUser>;

export const ListedUserPage = z.object({ results: z.array(ListedUser), marker: z.string().nullable() });
export type ListedUserPage = z.infer<typeof ListedUserPage>;

export const PersonalListQuery = z.strictObject(paging);
export type PersonalListQuery = z.infer<typeof PersonalListQuery>;

const addressRule = 'must be an address or a network, such as 192.0.2.7, 198.51.100.0/24 or 2001:db8::/32';

const addressList = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], addressRule))
  .max(100, 'must have at most 100 entries');

/** Where a key works from. */
export const keyAddresses = addressList.min(1, 'must not be empty: leave it out for a key that works from everywhere');

export const RoleAddressesRequest = z.strictObject({
  role: Role,
  addresses: addressList.describe(
    'accounts of the role, and keys limited to it, work from these alone; empty: from everywhere',
  ),
});
export type RoleAddressesRequest = z.infer<typeof RoleAddressesRequest>;

export const RoleAddressesList = z.object({
  results: z.array(z.object({ role: Role, addresses: z.array(z.string()).nullable().describe('null: everywhere') })),
});
export type RoleAddressesList = z.infer<typeof RoleAddressesList>;

export const PersonalKeyRequest = z
  .strictObject({
    name: displayName,
    expires: endTime.nullish().describe('the key is refused from then on; without it, the key does not end'),
    addresses: keyAddresses
      .optional()
      .describe('the key works from these addresses and networks alone; without it, from everywhere'),
    role: Role.optional().describe("the most that the key may do; the owner's role where it is not given"),
  })
  .meta({ id: 'PersonalKeyRequest' });
export type PersonalKeyRequest = z.infer<typeof PersonalKeyRequest>;

export const ApiKeyInfo = z
  .object({
    id: z.uuid(),
    name: z.string().nullable().describe('null: made without a name'),
    prefix: z.string().nullable().describe('how the key begins; null: it was not generated here'),
    role: Role.describe("what the key may do now: the lesser of its own role and its owner's"),
    created: timestamp,
    expires: timestamp.nullable(),
    addresses: z.array(z.string()).optional().describe('where the key works from; left out: everywhere'),
    lastUsed: timestamp.nullable().describe('to the minute; null: not used yet'),
  })
  .meta({ id: 'ApiKeyInfo' });
export type ApiKeyInfo = z.infer<typeof ApiKeyInfo>;

export const ApiKeyPage = z
  .object({ results: z.array(ApiKeyInfo), marker: z.string().nullable() })
  .meta({ id: 'ApiKeyPage' });
export type ApiKeyPage = z.infer<typeof ApiKeyPage>;

export const SessionInfo = z
  .object({
    id: z.string(),
    created: timestamp,
    expires: timestamp,
    address: z.string().nullable().describe('where the person signed in'),
    userAgent: z.string().nullable(),
    isCurrent: z.boolean().describe('whether this request came with it'),
  })
  .meta({ id: 'SessionInfo' });
export type SessionInfo = z.infer<typeof SessionInfo>;

export const SessionPage = z
  .object({ results: z.array(SessionInfo), marker: z.string().nullable() })
  .meta({ id: 'SessionPage' });
export type SessionPage = z.infer<typeof SessionPage>;
