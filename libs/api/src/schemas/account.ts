import { z } from 'zod';
import { CollaboratorRole, OrganizationRole } from './sharing/grants.ts';
import { codeText } from './signing-in/second-factor.ts';
import { slug, text } from './text.ts';

/** What a person may be allowed to do. Who may is one table in the backend; the session answers a person's own. */
export const permissions = [
  /** to see the enabled providers and choose one */
  'providers.use',
  /** to see how providers are set up and how they do */
  'providers.read',
  'providers.manage',
  /** to see workers and pools, and which pools run an algorithm */
  'workers.read',
  /** to revoke workers, to create pools, and to choose the pools of an algorithm */
  'workers.manage',
  /** to see who has an account, with which role */
  'users.read',
  /** to create users, to change their roles and passwords, and to take their access back */
  'users.manage',
  /** one's own password, API keys and sessions */
  'own-account.manage',
  /** to see where events of the audit are sent, and whether they arrive */
  'webhooks.read',
  'webhooks.manage',
  /** to see who did what in the whole store */
  'audit.read',
  /** to see all organizations and their members */
  'organizations.read',
  /** to create and delete organizations, and to choose their members */
  'organizations.manage',
  /** algorithms under one's own name, and their secrets */
  'own-algorithms.manage',
  /** algorithms of every owner, and their secrets */
  'algorithms.read',
  'algorithms.manage',
  /** secrets of the algorithms of every owner */
  'secrets.manage',
] as const;
export const Permission = z.enum(permissions);
export type Permission = z.infer<typeof Permission>;

/** Of the store: `viewer` reads all of the admin panel, `auditor` the audit too, and neither changes anything. */
export const Role = z.enum(['admin', 'auditor', 'viewer', 'user']);
export type Role = z.infer<typeof Role>;

export const UserRequest = z
  .strictObject({ username: slug, password: text(8, 128), role: Role })
  .meta({ id: 'UserRequest' });
export type UserRequest = z.infer<typeof UserRequest>;

/** An account for programs. It has no password: an administrator creates its API keys. */
export const ServiceAccountRequest = UserRequest.omit({ password: true });
export type ServiceAccountRequest = z.infer<typeof ServiceAccountRequest>;

export const User = z.object({ id: z.string(), username: z.string(), role: Role }).meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const ApiKeyRequest = z
  .strictObject({
    key: z
      .string()
      .regex(/^[\x21-\x7e]{24,256}$/, 'must have 24 to 256 printable ASCII characters without spaces')
      .optional(),
  })
  .meta({ id: 'ApiKeyRequest' });
export type ApiKeyRequest = z.infer<typeof ApiKeyRequest>;

export const ApiKey = z.object({ id: z.uuid(), key: z.string().describe('shown this once') }).meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

const who = { userId: z.string(), username: z.string(), role: Role };

/** Who is asking, as authentication found it. */
export const Actor = z.object({
  ...who,
  /** where a session asks */
  sessionId: z.string().optional(),
  /** of its owner, where an API key asks: it may do what both roles may */
  ownerRole: Role.optional(),
  /** whether an account for programs asks */
  isService: z.boolean().optional(),
  /** where an API key asks that has an end */
  keyExpiresAt: z.date().optional(),
  /** where an API key asks that works from these addresses and networks alone */
  keyAddresses: z.array(z.string()).optional(),
  /** organizations whose member the person is at this moment */
  organizations: z
    .array(z.object({ id: z.uuid(), name: z.string(), role: OrganizationRole, expiresAt: z.date().nullable() }))
    .optional(),
  /** algorithms that others share with the person at this moment */
  sharedAlgorithms: z.array(z.object({ id: z.uuid(), role: CollaboratorRole })).optional(),
});
export type Actor = z.infer<typeof Actor>;

/** Who is signed in, and what they may do. */
export const Session = z.object({
  ...who,
  permissions: z.array(Permission),
  organizations: z.array(z.object({ name: z.string(), role: OrganizationRole })),
});
export type Session = z.infer<typeof Session>;

export const SignInRequest = z.object({
  username: z.string().min(1, 'Enter your username').max(64),
  password: z.string().min(1, 'Enter your password').max(128),
  code: codeText.optional(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** The password is right, and the account asks for a code as well: the same again, with a code. */
export const CodeNeeded = z.object({ needs: z.literal('code') });
export type CodeNeeded = z.infer<typeof CodeNeeded>;
