import { z } from 'zod';
import { displayName, endTime, slug, timestamp } from '../text.ts';

/** `admin` manages members and algorithms, `member` manages secrets, `executor` sees names and changes nothing. */
export const OrganizationRole = z.enum(['admin', 'member', 'executor']);
export type OrganizationRole = z.infer<typeof OrganizationRole>;

/** Of one algorithm of another owner: `manager` manages its secrets, `viewer` sees names and changes nothing. */
export const CollaboratorRole = z.enum(['manager', 'viewer']);
export type CollaboratorRole = z.infer<typeof CollaboratorRole>;

const expires = endTime.nullish().describe('the role counts for nothing from then on; without it, it does not end');

const grantee = {
  username: z.string(),
  expires: timestamp.nullable().describe('null: it does not end'),
  isEnded: z.boolean().describe('whether it is over and grants nothing'),
  created: timestamp,
};

export const OrganizationRequest = z.strictObject({ name: slug, displayName }).meta({ id: 'OrganizationRequest' });
export type OrganizationRequest = z.infer<typeof OrganizationRequest>;

export const OrganizationInfo = z
  .object({
    id: z.uuid(),
    name: z.string(),
    displayName: z.string(),
    role: OrganizationRole.nullable().describe('of the caller; null: not a member'),
    created: timestamp,
  })
  .meta({ id: 'OrganizationInfo' });
export type OrganizationInfo = z.infer<typeof OrganizationInfo>;

export const OrganizationList = z.object({ results: z.array(OrganizationInfo) }).meta({ id: 'OrganizationList' });
export type OrganizationList = z.infer<typeof OrganizationList>;

export const Member = z.object({ ...grantee, role: OrganizationRole }).meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

export const MemberRequest = z.strictObject({ role: OrganizationRole, expires }).meta({ id: 'MemberRequest' });
export type MemberRequest = z.infer<typeof MemberRequest>;

export const OrganizationDetails = OrganizationInfo.extend({
  members: z.array(Member),
  algorithms: z.int().describe('how many it owns'),
}).meta({ id: 'OrganizationDetails' });
export type OrganizationDetails = z.infer<typeof OrganizationDetails>;

export const Collaborator = z.object({ ...grantee, role: CollaboratorRole }).meta({ id: 'Collaborator' });
export type Collaborator = z.infer<typeof Collaborator>;

export const CollaboratorList = z.object({ results: z.array(Collaborator) }).meta({ id: 'CollaboratorList' });
export type CollaboratorList = z.infer<typeof CollaboratorList>;

export const CollaboratorRequest = z
  .strictObject({ role: CollaboratorRole, expires })
  .meta({ id: 'CollaboratorRequest' });
export type CollaboratorRequest = z.infer<typeof CollaboratorRequest>;
