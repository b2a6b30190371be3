import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { HeldDeliveries } from '../../cache/held-deliveries.ts';
import { PluginValueCache } from '../../cache/plugin-value-cache.ts';
import { VouchedDeliveries } from '../../cache/vouched-deliveries.ts';
import { ProviderTurns } from '../../configuration/provider-turns.ts';
import { readWorkerKeys } from '../../keys/read-worker-keys.ts';
import type { ResolveDependencies } from '../../resolve/accepting/resolve-dependencies.ts';
import { HighWaterMarks } from '../../state/high-water-marks.ts';
import { keptState } from '../kept-state.ts';
import { SignedStore } from '../signed-store.ts';

/** Resolves on a folder of its own, with real keys and without plugins. */
export interface ResolvingWorker {
  readonly directory: string;
  readonly store: SignedStore;
  readonly deps: ResolveDependencies;
  /** What it writes for an outage is on disk then. */
  ended(): Promise<void>;
  remove(): Promise<void>;
}

/** @param delivery how the backend answers */
export const createResolvingWorker = async (
  delivery: ResolveDependencies['backend']['delivery'],
  changes: Partial<ResolveDependencies> = {},
): Promise<ResolvingWorker> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-resolve-'));
  const store = await SignedStore.create(directory);
  const keys = await readWorkerKeys(directory, null);
  const deps: ResolveDependencies = {
    backend: { delivery, module: async () => ({ bytes: new Uint8Array(), signature: null }) },
    keys,
    trustedKeys: [],
    marks: await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    plugins: {
      provider: async () => {
        throw new Error('no plugin in these tests');
      },
    },
    held: new HeldDeliveries(),
    vouched: new VouchedDeliveries(),
    cache: new PluginValueCache(),
    turns: new ProviderTurns(),
    ...(await keptState(directory, keys)),
    log: pino({ level: 'silent' }),
    ...changes,
  };
  const ended = async () => {
    await deps.knownGood.ended();
    await deps.marks.kept();
  };
  return {
    ...{ directory, store, deps, ended },
    remove: async () => {
      await ended();
      rmSync(directory, { recursive: true });
    },
  };
};
