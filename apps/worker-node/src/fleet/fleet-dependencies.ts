import type { Logger } from 'pino';
import type { BackendClient } from '../backend/backend-client.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import type { SeenByWorker } from '../state/handed-marks.ts';
import type { PinnedLogs } from './pinned-logs.ts';

/** What a worker says of itself in its pool. */
interface AboutWorker {
  readonly name: string;
  /** of its program */
  readonly version: string;
  /** how it isolates plugins */
  readonly isolation: string;
}

export interface FleetDependencies {
  readonly backend: Pick<
    BackendClient,
    'fleet' | 'appendLog' | 'refuseJoin' | 'poolLog' | 'pendingReseal' | 'workerStates'
  >;
  readonly keys: WorkerKeys;
  readonly logs: PinnedLogs;
  readonly seen: SeenByWorker;
  readonly about: AboutWorker;
  readonly log: Logger;
  /** seals again what this worker can open and what is not sealed to the current keys */
  readonly reseal: (signal: AbortSignal) => Promise<number>;
  /** by which invitations end; for tests */
  readonly now?: () => Date;
}
