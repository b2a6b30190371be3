import { generateSigningKey, importSigningKey, type SigningKey } from '../keys/signing-key.ts';
import { signFounding } from '../pools/founding.ts';
import { inviteWorkers, nextPoolEntry, replacePoolKey } from '../pools/member-entries.ts';
import type { PoolAction } from '../pools/pool-entry.ts';
import { PoolLog } from '../pools/pool-log.ts';
import { createNewcomer, letIn, type Newcomer } from './pool-fixture.ts';
import { createSealingFixture } from './sealing-fixture.ts';

export const invitation = (key: SigningKey, uses = 1) => ({
  publicKey: key.publicKey,
  uses,
  expiresAt: '2030-01-01T00:00:00.000Z',
});

/** A store with its first pool, in which one more worker was let in by the root. */
export async function createPoolWorld() {
  const store = await createSealingFixture();
  const { certificates } = store.keys.backend;
  const founding = { poolCertificate: certificates.pools[0], workerCertificate: certificates.workers[0] };
  const root = importSigningKey(store.keys.recoveryFile.signingKey);
  const first = PoolLog.found(founding, { root: store.root, first: null });
  const member = await createNewcomer('member');
  await letIn(first, member, { signer: root, poolKeys: [store.poolKey] });

  const append = (log: PoolLog, action: PoolAction, signer: SigningKey) =>
    log.append(nextPoolEntry(log, action, signer));

  /** Founded with a token, without a worker yet. */
  const foundPool = async (signer: SigningKey, { poolId = 'another-pool', uses = 1 } = {}) => {
    const token = await generateSigningKey();
    const signed = signFounding({ poolId, name: 'another', invitation: invitation(token, uses) }, signer);
    return { token, log: PoolLog.found(signed, { root: store.root, first }) };
  };

  /** The newcomer lets itself in by the token, as a pool's first worker, and makes its key. */
  const joinAlone = async (log: PoolLog, newcomer: Newcomer, token: SigningKey, use = 1) => {
    const request = newcomer.ask(log.poolId, token);
    append(log, { kind: 'join', request, identityId: null, use, keys: [], marks: null }, token);
    const made = await replacePoolKey(log, newcomer.signer);
    log.append(made.entry);
    return made.key;
  };

  const invite = async (log: PoolLog, signer: SigningKey, uses = 1) => {
    const { key, entry } = await inviteWorkers(log, { uses, expiresAt: new Date('2030-01-01') }, signer);
    log.append(entry);
    return key;
  };

  return {
    ...{ store, root, first, founding, member, worker: store.workerSigner, poolKeys: [store.poolKey] },
    ...{ append, foundPool, joinAlone, invite },
    /** The certified worker of the store. */
    firstWorkerId: [...first.state.members.keys()][0] ?? '',
  };
}

export type PoolWorld = Awaited<ReturnType<typeof createPoolWorld>>;
