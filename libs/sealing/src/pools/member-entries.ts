import { generateOpeningKey, type OpeningKey, recipientKey } from '../keys/opening-key.ts';
import { generateSigningKey, type SigningKey } from '../keys/signing-key.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { Envelope } from '../signed/envelope.ts';
import type { NewWorker } from '../joining/join-request.ts';
import { signPoolEntry, type PoolAction, type PoolActionOf } from './pool-entry.ts';
import type { PoolLog } from './pool-log.ts';
import { wrapPoolKey } from './wrapped-key.ts';

/** The entry that says this after all that the log has. Whether the signer may is for who appends it. */
export function nextPoolEntry(log: PoolLog, action: PoolAction, signer: SigningKey): Envelope {
  const { number, hash } = log.head;
  return signPoolEntry({ poolId: log.poolId, number: number + 1, previous: hash, action }, signer);
}

export interface NewPoolKey {
  readonly key: OpeningKey;
  readonly entry: Envelope;
}

/**
 * Makes the pool's next key, for its living members alone.
 * @throws {SealingError} NO_KEY while a member has no key that it could be wrapped to
 */
export async function replacePoolKey(log: PoolLog, signer: SigningKey): Promise<NewPoolKey> {
  const key = await generateOpeningKey();
  const wrapped: PoolActionOf<'key'>['wrapped'] = [];
  for (const { workerId, name, recipient } of log.state.livingMembers()) {
    if (recipient === null)
      throw new SealingError('NO_KEY', `the worker ${name} has not introduced itself: start it once`);
    wrapped.push({ workerId, ...(await wrapPoolKey(key, { poolId: log.poolId, workerId }, recipient)) });
  }
  return { key, entry: nextPoolEntry(log, { kind: 'key', publicKey: key.publicKey, wrapped }, signer) };
}

/** The pool's keys, for a worker that joins, alone. @param poolKeys those that the admitting member has, the current one among them */
export async function keysForNewcomer(
  log: PoolLog,
  { workerId, recipientKey: publicKey }: NewWorker,
  poolKeys: readonly OpeningKey[],
): Promise<PoolActionOf<'join'>['keys']> {
  const known = new Set(log.state.keys.map(({ keyId }) => keyId));
  const keys: PoolActionOf<'join'>['keys'] = [];
  for (const key of poolKeys) {
    if (!known.has(key.keyId)) continue;
    const wrapped = await wrapPoolKey(key, { poolId: log.poolId, workerId }, recipientKey(publicKey));
    keys.push({ keyId: key.keyId, ...wrapped });
  }
  return keys;
}

export interface NewInvitation {
  /** the token's key */
  readonly key: SigningKey;
  readonly entry: Envelope;
}

/** @param expiresAt until when the token lets workers in, by the clock of who admits them */
export async function inviteWorkers(
  log: PoolLog,
  { uses, expiresAt }: { readonly uses: number; readonly expiresAt: Date },
  signer: SigningKey,
): Promise<NewInvitation> {
  const key = await generateSigningKey();
  const invitation = { publicKey: key.publicKey, uses, expiresAt: expiresAt.toISOString() };
  return { key, entry: nextPoolEntry(log, { kind: 'invite', invitation }, signer) };
}
