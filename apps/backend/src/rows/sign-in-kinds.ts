import type { GroupRole, Identity, Passkey, SignInConnection, WaitingAccount } from '@secret-store/db';

/** What an identity source calls a person is one person's. */
export const subjectClaim = ({ connectionId, subject }: Pick<Identity, 'connectionId' | 'subject'>): string =>
  `subject:${connectionId}/${subject}`;

/** Of the claims of a group's role: one group has one role in one place. */
export const groupClaim = ({
  connectionId,
  organizationId,
  group,
}: Omit<GroupRole, 'id' | 'role' | 'createdAt'>): string => `group:${connectionId}/${organizationId ?? ''}/${group}`;

/** What people sign in with beside their password, and who they are elsewhere. */
export const signInKinds = {
  secondFactor: {
    table: 'second_factor',
    key: ['userId'],
    columns: {
      userId: 'text',
      secret: 'jsonb',
      lastStep: 'integer',
      recoveryHashes: 'text[]',
      createdAt: 'timestamptz',
    },
    undecided: {},
    // switched off and on again, it has the same id
    returns: true,
  },
  passkey: {
    table: 'passkey',
    key: ['id'],
    columns: {
      id: 'uuid',
      userId: 'text',
      name: 'text',
      credentialId: 'text',
      publicKey: 'text',
      counter: 'text',
      transports: 'text[]',
      challengedAt: 'timestamptz',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ credentialId }: Pick<Passkey, 'credentialId'>) => [`credential:${credentialId}`],
    group: ({ userId }: Passkey) => userId,
  },
  signInConnection: {
    table: 'sign_in_connection',
    key: ['id'],
    columns: {
      id: 'uuid',
      kind: 'text',
      name: 'text',
      displayName: 'text',
      issuer: 'text',
      settings: 'jsonb',
      clientSecret: 'jsonb',
      domains: 'text[]',
      makesAccounts: 'boolean',
      isEnabled: 'boolean',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ name, domains }: Pick<SignInConnection, 'name' | 'domains'>) => [
      `name:${name}`,
      ...domains.map((domain) => `domain:${domain}`),
    ],
    group: () => 'all',
  },
  identity: {
    table: 'identity',
    key: ['id'],
    columns: {
      id: 'uuid',
      userId: 'text',
      connectionId: 'text',
      subject: 'text',
      username: 'text',
      challengedAt: 'timestamptz',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: (identity: Pick<Identity, 'connectionId' | 'subject'>) => [subjectClaim(identity)],
    group: ({ userId }: Pick<Identity, 'userId'>) => userId,
  },
  groupRole: {
    table: 'group_role',
    key: ['id'],
    columns: {
      id: 'uuid',
      connectionId: 'text',
      group: 'text',
      role: 'text',
      organizationId: 'uuid',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: (role: GroupRole) => [groupClaim(role)],
    group: ({ connectionId }: Pick<GroupRole, 'connectionId'>) => connectionId,
  },
  waitingAccount: {
    table: 'waiting_account',
    key: ['id'],
    columns: {
      id: 'uuid',
      connectionId: 'text',
      subject: 'text',
      username: 'text',
      wantedName: 'text',
      displayName: 'text',
      email: 'text',
      groups: 'text[]',
      reason: 'text',
      state: 'text',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: (account: Pick<WaitingAccount, 'connectionId' | 'subject'>) => [subjectClaim(account)],
    group: ({ state }: Pick<WaitingAccount, 'state'>) => state,
  },
  roleAddresses: {
    table: 'role_addresses',
    key: ['role'],
    columns: { role: 'text', addresses: 'jsonb', createdAt: 'timestamptz' },
    undecided: {},
    returns: true,
  },
} as const;
