import type { KeyObject } from 'node:crypto';
import type { Database } from '@secret-store/db';
import type { Isolation, PluginRegistry } from '@secret-store/plugin-host';
import type { Envelope, KeyRing, PoolFounding, RootPublic, SigningKey, VerificationKey } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { KnownReceipts } from './delivery/known-receipts.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { PluginCalls } from './running/plugin-calls.ts';
import type { VersionAsker } from './resealing/versions/ask-for-version.ts';
import type { RemovalsUnderWay } from './secrets/removing/removals-under-way.ts';
import type { SetCache } from './sets/set-cache.ts';
import type { PoolLogs } from './workers/pools/pool-logs.ts';
import type { WorkerStreams } from './workers/streams/worker-streams.ts';
import type { WorkerReader } from './workers/worker-reader.ts';

/** What every use case may reach. */
export interface Dependencies {
  readonly db: Database;
  /** what rows are believed by, and how they are changed */
  readonly ledger: Ledger;
  readonly keys: BackendKeys;
  readonly pools: PoolLogs;
  readonly plugins: PluginRegistry;
  /** how the calls on plugins ended */
  readonly calls: PluginCalls;
  readonly isolation: Isolation;
  /** where the sandbox's own files are */
  readonly sandboxDirectory: string;
  /** where the files of configuration keys of kind `file` may be */
  readonly pluginFileRoots: readonly string[];
  /** whose signature a module needs; none: anybody's will do, or nobody's */
  readonly trustedKeys: readonly KeyObject[];
  readonly workerReader: WorkerReader;
  readonly versionAsker: VersionAsker;
  readonly workerStreams: WorkerStreams;
  /** sets of algorithms that were verified already */
  readonly sets: SetCache;
  /** what workers said that was verified already */
  readonly receipts: KnownReceipts;
  /** for those who wait for the vaults */
  readonly removals: RemovalsUnderWay;
  readonly log: Logger;
}

/** What the backend's folder holds. Nothing in it opens a secret. */
export interface BackendKeys {
  readonly root: RootPublic;
  readonly signer: SigningKey;
  readonly verificationKey: VerificationKey;
  /** the root's certificate for the signing key */
  readonly certificate: Envelope;
  /** encrypts provider configurations at rest; API keys and sessions derive from it */
  readonly keyRing: KeyRing;
  /** the root's certificates of the store's first pool and its first worker */
  readonly firstPool: PoolFounding;
}
