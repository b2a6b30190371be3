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
} as const;
