import type { AuditActor } from '../../audit/audit-entry.ts';

/** What stands in for a connection where people come by SCIM without one. */
export const scimSource = 'scim';

/** Somebody of whom an identity source tells us. */
export interface Outsider {
  /** of the sign-in connection; or `scim` */
  readonly connectionId: string;
  /** what the source calls the person for ever */
  readonly subject: string;
  /** as the source writes it */
  readonly username: string;
  readonly displayName: string | null;
  /** as the source says: nobody has verified it, and nothing is decided by it */
  readonly email: string | null;
  readonly groups: readonly string[];
}

/** Who does what a sign-in by single sign-on brings about. */
export const singleSignOnActor: AuditActor = { type: 'system', id: 'single-sign-on' };
