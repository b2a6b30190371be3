import type { PoolLogPart } from '@secret-store/api/schemas';
import type { OpeningKey, PoolLog, RootPublic, SigningKey } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';

/** The pools' logs as this worker has verified them, which only grow. */
export interface VerifiedLogs {
  readonly all: readonly PoolLog[];
  /** by pool id, how many entries are held */
  readonly held: Record<string, number>;
  log(poolId: string): PoolLog | null;
  /** @throws {SealingError} when the entries do not follow what is held, or one may not be there */
  take(part: PoolLogPart): Promise<void>;
}

export interface ResealDependencies {
  readonly backend: Pick<BackendClient, 'takeReseal' | 'giveResealed'>;
  readonly keys: {
    readonly root: RootPublic;
    /** null for the root, which is of no pool */
    readonly poolId: string | null;
    /** signs what is sealed */
    readonly signer: SigningKey;
    readonly openingKeys: readonly OpeningKey[];
  };
  readonly logs: VerifiedLogs;
  readonly log: Logger;
  /** how many the backend has taken so far */
  readonly onProgress?: (done: number) => void;
  /** ends the work after the record that is under way */
  readonly signal?: AbortSignal;
}
