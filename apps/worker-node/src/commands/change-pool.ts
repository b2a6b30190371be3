import { randomUUID } from 'node:crypto';
import {
  encodeJoinIdentity,
  encodeJoinToken,
  foundingHash,
  generateSigningKey,
  nextPoolEntry,
  type PoolAction,
  type PoolLog,
  SealingError,
  signFounding,
} from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { LogMovedOn, ResolveFailure } from '../errors/resolve-failure.ts';
import type { FoundPool, PoolAuthority } from './pool-authority.ts';

const triesMaximum = 10;

export interface NewToken {
  readonly poolName: string;
  readonly uses: number;
  /** how long it lets workers in, in seconds */
  readonly seconds: number;
}

/** Makes a join token, and with it the log of a pool that has none. */
export const inviteWorker = async (
  authority: PoolAuthority,
  { poolName, uses, seconds }: NewToken,
): Promise<string> => {
  const key = await generateSigningKey();
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  const invitation = { publicKey: key.publicKey, uses, expiresAt };
  const { id, head } = await untilTaken(async () => {
    const pool = await authority.find({ poolName });
    if (pool.log !== null) return appendTo(authority, pool, { kind: 'invite', invitation });
    const founding = signFounding({ poolId: pool.id, name: pool.name, invitation }, authority.signer);
    await authority.append({ poolId: pool.id, founding, from: 0, entries: [] });
    return { id: pool.id, head: foundingHash(founding) };
  });
  return encodeJoinToken({ rootFingerprint: authority.rootFingerprint, poolId: id, head, key });
};

export interface NewIdentity {
  readonly poolName: string;
  readonly issuer: string;
  readonly subject: string;
  /** null: this store's own */
  readonly audience: string | null;
  /** JWKS; null: members ask the issuer */
  readonly keySet: string | null;
}

/** Lets workers in that show a token of an issuer. */
export const trustIdentity = async (
  authority: PoolAuthority,
  { poolName, audience, ...identity }: NewIdentity,
): Promise<string> => {
  const { rootFingerprint } = authority;
  const identityId = randomUUID();
  const { id: poolId, head } = await untilTaken(async () =>
    appendTo(authority, await authority.find({ poolName }), {
      ...{ kind: 'trust', identityId, ...identity },
      audience: audience ?? storeAudience(rootFingerprint),
    }),
  );
  return encodeJoinIdentity({ rootFingerprint, poolId, head, identityId });
};

/** Of tokens that are for this store and no other. */
const storeAudience = (rootFingerprint: string): string => `secret-store:${rootFingerprint}`;

export interface RevokedWorker {
  readonly name: string;
  readonly pool: string;
  /** whom it let in, and who are members still */
  readonly letIn: readonly { readonly id: string; readonly name: string }[];
}

/** Ends a worker's membership, in the log of its pool. */
export const revokeWorker = (authority: PoolAuthority, workerId: string): Promise<RevokedWorker> =>
  untilTaken(async () => {
    const pool = await authority.find({ workerId });
    const member = pool.log?.state.members.get(workerId);
    if (pool.log === null || member === undefined) throw unknownWorker(workerId);
    if (member.revokedAt === null) await appendTo(authority, pool, { kind: 'revoke', workerId });
    return { name: member.name, pool: pool.name, letIn: letInBy(pool.log, workerId) };
  });

const letInBy = (log: PoolLog, workerId: string): RevokedWorker['letIn'] =>
  log.state
    .livingMembers()
    .filter(({ admittedBy }) => admittedBy.by === 'worker' && admittedBy.workerId === workerId)
    .map(({ workerId: id, name }) => ({ id, name }));

/** @returns where the entry is in the log */
const appendTo = async (
  authority: PoolAuthority,
  { id, name, log }: FoundPool,
  action: PoolAction,
): Promise<{ readonly id: string; readonly head: string }> => {
  if (log === null)
    throw new ResolveFailure(exitCode.configuration, `the pool ${name} has no worker yet: invite one to it first`);
  const { founding, head } = log;
  const next = log.copy();
  const entry = nextPoolEntry(next, action, authority.signer);
  try {
    next.append(entry);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new ResolveFailure(
      exitCode.noPermission,
      `this cannot be signed for the pool ${name} here (${error.message}): run it on a worker of that pool, or with --recovery-file`,
      { cause: error },
    );
  }
  await authority.append({ poolId: id, founding, from: head.number, entries: [entry] });
  return { id, head: next.head.hash };
};

const untilTaken = async <Result>(change: () => Promise<Result>): Promise<Result> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof LogMovedOn) || tries === triesMaximum) throw error;
    }
  }
};

const unknownWorker = (workerId: string): ResolveFailure =>
  new ResolveFailure(exitCode.configuration, `there is no worker ${workerId}: the command workers lists them`);
