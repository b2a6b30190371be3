import { createJoiningClient } from '../backend/joining-client.ts';
import type { PoolLogAddition } from '@secret-store/api/schemas';
import {
  type PoolLog,
  type PoolQuestion,
  readRecoveryFile,
  signPoolQuestion,
  type SigningKey,
} from '@secret-store/sealing';
import type { BackendAddress } from '../backend/backend-address.ts';
import type { FleetDependencies } from '../fleet/fleet-dependencies.ts';
import { verifyLogs } from '../fleet/store-logs.ts';
import { askFleet, takeKeys, takeLogs } from '../fleet/update-logs.ts';

export interface FoundPool {
  readonly id: string;
  readonly name: string;
  /** verified; null where it has none yet */
  readonly log: PoolLog | null;
}

/** Who signs what a command adds to a pool's log: a worker, or the holder of the recovery file. */
export interface PoolAuthority {
  readonly rootFingerprint: string;
  readonly signer: SigningKey;
  /** @throws {ResolveFailure} where there is none, or the backend does not tell */
  find(question: PoolQuestion): Promise<FoundPool>;
  /** @throws {LogMovedOn} when the log has other entries by now */
  append(addition: PoolLogAddition): Promise<void>;
}

export const workerAuthority = (deps: FleetDependencies): PoolAuthority => {
  const { keys, logs, backend } = deps;
  const find = async (question: PoolQuestion): Promise<FoundPool> => {
    const isMeant = ({ name, state }: PoolLog): boolean =>
      'poolName' in question ? name === question.poolName : state.members.has(question.workerId);
    const own = logs.log(keys.pool.id);
    if (own !== null && isMeant(own)) return { id: own.poolId, name: own.name, log: own };
    const answer = await backend.poolLog({ question: signPoolQuestion(question, keys.signer) });
    await takeLogs(deps, answer);
    return { ...answer.pool, log: logs.log(answer.pool.id) };
  };
  return {
    rootFingerprint: keys.root.fingerprint,
    signer: keys.signer,
    find: async (question) => {
      await askFleet(deps);
      return find(question);
    },
    append: async (addition) => {
      await backend.appendLog(addition);
      await logs.take(addition);
      await takeKeys(deps);
    },
  };
};

/** @param file parsed; it holds the root's key, which may sign for every pool */
export const rootAuthority = async (file: unknown, backend: BackendAddress): Promise<PoolAuthority> => {
  const { root, signingKey: signer } = await readRecoveryFile(file);
  const client = createJoiningClient({ backend, root });
  return {
    rootFingerprint: root.fingerprint,
    signer,
    find: async (question) => {
      const answer = await client.pool({ question: signPoolQuestion(question, signer) });
      const { pool, own } = verifyLogs(answer, root, '');
      return { ...pool, log: own?.log ?? null };
    },
    append: (addition) => client.append(addition),
  };
};
