import type { Passkey } from '@secret-store/db';

/** What people sign in with beside their password. */
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
} as const;
