import { ApiError, type SealedPlace, type SkipReason } from '@secret-store/api';
import type { SealedRecord } from '@secret-store/sealing';
import type { AuditActor } from '../audit/audit-entry.ts';
import type { Change } from '../ledger/change.ts';
import { findMember, type WorkerIdentity } from '../workers/authentication/find-member.ts';
import { type RootIdentity, rootActor } from '../workers/authentication/root-identity.ts';
import type { ResealDependencies } from './take-reseal.ts';

/** Who seals again: a worker; or the holder of the recovery file, as the root is a recipient of every record. */
export type Sealer = WorkerIdentity | RootIdentity;

/** A record that was sealed again, with the signature of who did it. */
export interface Resealed<Place> {
  readonly place: Place;
  readonly replaces: string;
  readonly record: SealedRecord;
}

/** What became of each record that was not committed. */
export type Skip = (place: SealedPlace, reason: SkipReason) => void;

/** What is given back must be what was taken, sealed again. */
export const notItsOwn = (cause?: unknown): ApiError =>
  new ApiError('NotAuthorized', 'A record is not one that this worker took and sealed again.', { cause });

/** @throws {ApiError} 2001 where the worker is no member any more */
export const requireMember = async (
  deps: Pick<ResealDependencies, 'pools'>,
  changes: Change,
  { workerId }: Sealer,
): Promise<void> => {
  if (workerId === null) return;
  const row = await changes.find('worker', workerId);
  const isLiving = row !== null && row.revokedAt === null && row.stoppedAt === null;
  const member = isLiving ? await findMember(deps, row) : null;
  if (member !== null && !member.isRevoked) return;
  throw new ApiError('NotAuthorized', 'This worker is no member of its pool any more.');
};

/** For the audit. */
export const actorOf = ({ workerId }: Sealer): AuditActor =>
  workerId === null ? rootActor : { type: 'worker', id: workerId };
