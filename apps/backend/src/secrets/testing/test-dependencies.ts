import { openDatabase } from '@secret-store/db';
import { type AsyncSecretProvider, PluginRegistry } from '@secret-store/plugin-host';
import {
  importSigningKey,
  parseKeyRing,
  parseRootPublic,
  type StoreKeys,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import pino from 'pino';
import { openTestLedger } from '../../ledger/testing/open-test-ledger.ts';
import { RemovalsUnderWay } from '../removing/removals-under-way.ts';
import { PoolLogs } from '../../workers/pools/pool-logs.ts';
import { readFresh } from '../../workers/delivery/read-fresh.ts';
import { WorkerStreams } from '../../workers/streams/worker-streams.ts';
import { PluginCalls } from '../../running/plugin-calls.ts';
import { KnownReceipts } from '../../delivery/known-receipts.ts';
import { createVersionAsker } from '../../resealing/versions/ask-for-version.ts';
import { SetCache } from '../../sets/set-cache.ts';
import { ScriptedWorker } from '../../workers/testing/scripted-worker.ts';
import type { BackendKeys, Dependencies } from '../../dependencies.ts';

export interface TestDependencies {
  readonly keys: StoreKeys;
  readonly databaseUrl: string;
  readonly plugins: ReadonlyMap<string, AsyncSecretProvider>;
  readonly log: (line: string) => void;
}

export const openTestDependencies = async ({
  keys,
  databaseUrl,
  plugins,
  log,
}: TestDependencies): Promise<Dependencies> => {
  const logger = pino({ level: 'trace' }, { write: log });
  const given = { db: await openDatabase({ url: databaseUrl }), keys: backendKeys(keys), log: logger };
  const { ledger } = await openTestLedger(given);
  const pools = new PoolLogs({ ...given, ledger });
  const sets = new SetCache();
  const workerStreams = new WorkerStreams({
    ...{ ledger, pools, keys: given.keys },
    readFresh: (id) => readFresh({ ...given, ledger, sets }, id),
  });
  const onAsked = (poolId: string) => workerStreams.tellOfChecks(new Set([poolId]));
  return {
    ...given,
    ledger,
    pools,
    plugins: new InProcessPlugins(plugins),
    isolation,
    sandboxDirectory: '/nonexistent',
    pluginFileRoots: [],
    trustedKeys: [],
    workerReader: new ScriptedWorker(),
    versionAsker: createVersionAsker({ ...given, ledger, pools, onAsked }),
    workerStreams,
    sets,
    calls: new PluginCalls('test:4000'),
    receipts: new KnownReceipts(),
    removals: new RemovalsUnderWay(),
  };
};

const isolation = {
  mode: 'permission',
  warning: 'plugins run in the test itself',
  programs: { bubblewrap: null, prlimit: null, setpriv: null, unshare: null },
} as const;

/** Runs nothing: what a provider does when its process fails is another test's subject. */
export class InProcessPlugins extends PluginRegistry {
  readonly #plugins: ReadonlyMap<string, AsyncSecretProvider>;

  constructor(plugins: ReadonlyMap<string, AsyncSecretProvider>) {
    super({ isolation, sandboxDirectory: '/nonexistent', log: pino({ level: 'silent' }) });
    this.#plugins = plugins;
  }

  override async provider({ providerId }: { providerId: string }): Promise<AsyncSecretProvider> {
    const plugin = this.#plugins.get(providerId);
    if (plugin === undefined) throw new Error(`the test has no plugin ${providerId}`);
    return plugin;
  }

  override async close(): Promise<void> {}
}

export const backendKeys = (keys: StoreKeys): BackendKeys => {
  const root = parseRootPublic(keys.root, keys.rootFingerprint);
  const { certificates, keyRing, signingKey } = keys.backend;
  return {
    root,
    signer: importSigningKey(signingKey),
    verificationKey: verificationKeyOf(verifyCertificate(certificates.backend, root, 'backend')),
    certificate: certificates.backend,
    keyRing: parseKeyRing(keyRing),
    firstPool: { poolCertificate: certificates.pools[0], workerCertificate: certificates.workers[0] },
  };
};
