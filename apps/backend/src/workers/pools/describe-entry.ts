import type { AppendedEntry, PoolAction } from '@secret-store/sealing';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { AuditAction } from '@secret-store/api';

const actions = {
  invite: 'worker.invite',
  trust: 'worker.trust-identity',
  distrust: 'worker.distrust-identity',
  join: 'worker.join',
  introduce: 'worker.introduce',
  revoke: 'worker.record-revocation',
  key: 'pool.change-key',
  admit: 'pool.admit',
} as const satisfies Readonly<Record<PoolAction['kind'], AuditAction>>;

/** What the audit says of an entry: who signed it, and nothing that anybody could use. */
export const describeEntry = ({
  action,
  signer,
}: AppendedEntry): { readonly action: AuditAction; readonly details: AuditEntry['details'] } => ({
  action: actions[action.kind],
  details: { signedBy: signer.by === 'worker' ? signer.workerId : signer.by, ...detailsOf(action) },
});

const detailsOf = (action: PoolAction): AuditEntry['details'] => {
  switch (action.kind) {
    case 'invite':
      return { uses: action.invitation.uses, expiresAt: action.invitation.expiresAt };
    case 'trust': {
      const { identityId, issuer, audience, subject } = action;
      return { identityId, issuer, audience, subject };
    }
    case 'distrust':
      return { identityId: action.identityId };
    case 'join':
      return { identityId: action.identityId, use: action.use };
    case 'introduce':
      return { name: action.name };
    case 'revoke':
      return { workerId: action.workerId };
    case 'key':
      return { workers: action.wrapped.length };
    case 'admit':
      return { poolId: action.poolId, entries: action.number };
  }
};
