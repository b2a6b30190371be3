import type { Collaborator, Membership, Organization } from '@secret-store/db';

/** Of the claims of a membership: an admin of the organization whose membership does not end. */
export const lastingAdminClaim = ({ organizationId, userId }: Pick<Membership, 'organizationId' | 'userId'>): string =>
  `admin:${organizationId}/${userId}`;

/** What people may do with what others own. */
export const sharingKinds = {
  organization: {
    table: 'organization',
    key: ['id'],
    columns: { id: 'uuid', name: 'text', displayName: 'text', deletedAt: 'timestamptz', createdAt: 'timestamptz' },
    undecided: {},
    // of users and organizations, one has a name
    claims: ({ name }: Pick<Organization, 'name'>) => [`username:${name}`],
    sharesClaimsWith: 'user',
  },
  membership: {
    table: 'membership',
    key: ['organizationId', 'userId'],
    columns: {
      organizationId: 'uuid',
      userId: 'text',
      role: 'text',
      expiresAt: 'timestamptz',
      connectionId: 'text',
      createdAt: 'timestamptz',
    },
    returns: true,
    undecided: {},
    claims: (membership: Membership) =>
      membership.role === 'admin' && membership.expiresAt === null ? [lastingAdminClaim(membership)] : [],
    group: ({ userId }: Pick<Membership, 'userId'>) => userId,
  },
  collaborator: {
    table: 'collaborator',
    key: ['algorithmId', 'userId'],
    columns: { algorithmId: 'uuid', userId: 'text', role: 'text', expiresAt: 'timestamptz', createdAt: 'timestamptz' },
    returns: true,
    undecided: {},
    group: ({ userId }: Pick<Collaborator, 'userId'>) => userId,
  },
} as const;
