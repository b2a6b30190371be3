import { ApiError, type PoolLogAddition } from '@secret-store/api';
import { entrySignerId, type PoolLog, SealingError } from '@secret-store/sealing';
import type { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { rootActor } from '../authentication/root-identity.ts';
import { appendToLog, type LogAddition, movedOn } from '../pools/append-to-log.ts';
import { readAddition } from './add-entries.ts';
import { poolToJoin } from './ask-to-join.ts';
import { openToken, verified } from './check-token.ts';
import { joinRefused, unknownPool } from './join-refused.ts';

type JoinDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

/**
 * Adds what nobody of the pool has to agree to: entries of the root, for any pool; and those by which the first worker of a pool
 * joins, signed by its token, and makes the pool's key.
 * @throws {ApiError} 2005 for other entries, and as `appendToLog`
 */
export const joinAlone = async (
  deps: JoinDependencies,
  addition: z.output<typeof PoolLogAddition>,
  now = Date.now(),
): Promise<{ readonly number: number }> => {
  const read = readAddition(addition);
  if (isOfRoot(deps, read)) {
    if (deps.ledger.memory.find('pool', read.poolId) === null) throw unknownPool();
    const { head } = await appendToLog(deps, rootActor, read);
    return { number: head.number };
  }
  const held = await poolToJoin(deps, read.poolId);
  if (held.head.number !== read.from) throw movedOn();
  const workerId = joiningWorker(held, read, now);
  const { head } = await appendToLog(deps, { type: 'worker', id: workerId }, read);
  return { number: head.number };
};

/** Whether all of it claims to be signed by the root; the log verifies it. */
const isOfRoot = ({ keys }: JoinDependencies, { founding, from, entries }: LogAddition): boolean => {
  const signers = verified(() => entries.map(entrySignerId));
  if (entries.length === 0 && from === 0 && 'signed' in founding) signers.push(entrySignerId(founding.signed));
  return signers.length > 0 && signers.every((keyId) => keyId === keys.root.verificationKey.keyId);
};

/** Verifies the entries before anything waits for them. @returns the id of the worker that joins */
const joiningWorker = (held: PoolLog, { entries }: LogAddition, now: number): string => {
  const [join, key, ...others] = entries;
  if (join === undefined || others.length > 0)
    throw new ApiError('InputValidationError', 'A worker joins by one entry, and makes the key by another.');
  openToken(held, entrySignerId(join), now);
  if (held.state.livingMembers().length > 0)
    throw joinRefused(`The pool ${held.name} has workers: one of them lets this one in. Start it again.`);
  const next = held.copy();
  append(next, join);
  const [member] = next.state.livingMembers();
  if (member === undefined) throw joinRefused('The entries do not let a worker in.');
  if (key !== undefined) append(next, key);
  return member.workerId;
};

const append = (log: PoolLog, entry: LogAddition['entries'][number]): void => {
  try {
    log.append(entry);
  } catch (cause) {
    if (!(cause instanceof SealingError)) throw cause;
    throw joinRefused(`The pool's log does not take this entry: ${cause.message}.`, { cause });
  }
};
