import path from 'node:path';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { type BackendClient, createBackendClient } from './backend/backend-client.ts';
import { createSignedExchange, type SignedExchange } from './backend/signed-exchange.ts';
import type { DaemonSettings } from './daemon-env.ts';
import type { FleetDependencies } from './fleet/fleet-dependencies.ts';
import { PinnedLogs } from './fleet/pinned-logs.ts';
import { askFleet, takeKeys } from './fleet/update-logs.ts';
import { readWorkerKeys } from './keys/read-worker-keys.ts';
import type { ResealDependencies } from './resealing/reseal-dependencies.ts';
import { resealPending } from './resealing/reseal-pending.ts';
import { HighWaterMarks } from './state/high-water-marks.ts';
import { NewestHead } from './state/newest-head.ts';
import { beginRun } from './state/run-counter.ts';

export interface OpenedFolder {
  /** the folder `state` in it */
  readonly directory: string;
  readonly exchange: SignedExchange;
  /** of this process */
  readonly run: number;
  readonly backend: BackendClient;
  readonly head: NewestHead;
  readonly marks: HighWaterMarks;
  readonly fleet: FleetDependencies;
  /** with which it seals again */
  readonly sealing: ResealDependencies['keys'];
}

type FolderSettings = Pick<DaemonSettings, 'workerDirectory' | 'backend' | 'rootFingerprint' | 'name'>;

/**
 * Opens a worker's folder for this process alone, and begins its next run.
 * @param isolation how this process isolates plugins, for the list of workers
 * @throws {SettingError} where a file is missing or damaged
 */
export const openFolder = async (settings: FolderSettings, isolation: string, log: Logger): Promise<OpenedFolder> => {
  const directory = path.join(settings.workerDirectory, 'state');
  const keys = await readWorkerKeys(settings.workerDirectory, settings.rootFingerprint);
  const { root, workerId } = keys;
  const [head, marks, logs] = [
    await NewestHead.open({ directory, root }),
    await HighWaterMarks.open({ directory, root }),
    await PinnedLogs.open({ directory, root, workerId }),
  ];
  const run = await beginRun(directory);
  const exchange = createSignedExchange({ signer: keys.signer, root, run });
  const backend = createBackendClient({ backend: settings.backend, exchange });
  const sealing: ResealDependencies['keys'] = {
    ...{ root, poolId: keys.pool.id, signer: keys.signer },
    get openingKeys() {
      return keys.openingKeys;
    },
  };
  const fleet: FleetDependencies = {
    ...{ backend, keys, logs, log },
    seen: { directory, head, marks },
    about: { name: settings.name, version: manifest.version, isolation },
    reseal: (signal) => resealPending({ ...{ backend, logs, log, signal }, keys: sealing }),
  };
  keys.poolKeys.renewWith(() => askFleet(fleet));
  // a process that was killed may have kept the log and not the keys in it
  await takeKeys(fleet);
  return { directory, exchange, run: run.run, backend, head, marks, fleet, sealing };
};
