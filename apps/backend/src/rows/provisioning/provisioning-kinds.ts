import type { ScimGroup, ScimUser } from '@secret-store/db';

/** What identity providers write by SCIM, and what they write it with. */
export const provisioningKinds = {
  scimKey: {
    table: 'scim_key',
    key: ['id'],
    columns: {
      id: 'uuid',
      name: 'text',
      keyHash: 'text',
      prefix: 'text',
      connectionId: 'text',
      expiresAt: 'timestamptz',
      createdAt: 'timestamptz',
      createdBy: 'text',
    },
    undecided: { lastUsedAt: ['timestamptz', 'shown: when the key was used last'] },
    group: () => 'all',
  },
  scimUser: {
    table: 'scim_user',
    key: ['id'],
    columns: {
      id: 'uuid',
      connectionId: 'text',
      subject: 'text',
      userName: 'text',
      externalId: 'text',
      attributes: 'jsonb',
      madeUserId: 'text',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ connectionId, subject, userName }: Pick<ScimUser, 'connectionId' | 'subject' | 'userName'>) => [
      `subject:${connectionId}/${subject}`,
      `username:${connectionId}/${userName}`,
    ],
    group: ({ connectionId }: Pick<ScimUser, 'connectionId'>) => connectionId,
  },
  scimGroup: {
    table: 'scim_group',
    key: ['id'],
    columns: {
      id: 'uuid',
      connectionId: 'text',
      displayName: 'text',
      externalId: 'text',
      memberIds: 'text[]',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ connectionId, displayName }: Pick<ScimGroup, 'connectionId' | 'displayName'>) => [
      `name:${connectionId}/${displayName}`,
    ],
    group: ({ connectionId }: Pick<ScimGroup, 'connectionId'>) => connectionId,
  },
} as const;
