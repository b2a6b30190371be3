import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProviderDelivery, WorkerDelivery } from '@secret-store/api/schemas';
import type { AsyncSecretProvider, PluginSpec } from '@secret-store/plugin-host';
import type { ConfigurationBinding, SealedRecord, SetEntry } from '@secret-store/sealing';
import { pino } from 'pino';
import { HeldDeliveries } from '../cache/held-deliveries.ts';
import { PluginValueCache } from '../cache/plugin-value-cache.ts';
import { VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import type { AcceptedDelivery } from '../resolve/accepting/accept-delivery.ts';
import { ProviderTurns } from '../configuration/provider-turns.ts';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { type ResolvedAlgorithm, resolveEnvironment } from '../resolve/resolve-environment.ts';
import { VariableFailure } from '../resolve/accepting/variable-failure.ts';
import { HighWaterMarks } from '../state/high-water-marks.ts';
import type { KnownGoodOptions } from '../last-known-good/known-good-files.ts';
import { keptState } from './kept-state.ts';
import { inForce } from './offered-provider.ts';
import { factoryClassName, packModule } from './pack-module.ts';
import { idOf, SignedStore } from './signed-store.ts';

export const providerId = idOf('provider');
export const packed = packModule('export class TestSecretProviderFactory {}');
export const configuration = { address: 'https://vault.example.com', mode: 'credential-very-secret' };
const destinations = ['vault.example.com:443'];
export const place = { providerId, revision: 2, moduleSha256: packed.sha256, factoryClassName, destinations };

export const entryOf = (environmentVariable: string, changes: Partial<SetEntry> = {}): SetEntry => ({
  secretId: idOf(environmentVariable),
  environmentVariable,
  version: 1,
  providerId,
  providerKey: `vault/${environmentVariable}`,
  sealedHash: null,
  ...changes,
});

/** A foreign store: everything it signs is a forgery. */
export const createStranger = async (): Promise<SignedStore> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-other-'));
  const stranger = await SignedStore.create(directory);
  rmSync(directory, { recursive: true });
  return stranger;
};

/** A provider that offers only the methods that a worker calls. */
export const readOnlyProvider = (
  read: Pick<AsyncSecretProvider, 'getSecret'> & Partial<AsyncSecretProvider>,
): AsyncSecretProvider => {
  const notAsked = async (): Promise<never> => {
    throw new Error('a worker only reads');
  };
  return {
    createSecret: notAsked,
    updateSecret: notAsked,
    deleteSecret: notAsked,
    allowsCreate: notAsked,
    allowsUpdate: notAsked,
    allowsDelete: notAsked,
    getSecretVersion: notAsked,
    secretLastUpdated: notAsked,
    getTtl: notAsked,
    ...read,
  };
};

/** A worker whose plugin is a function instead of a process, and what the backend sent it. */
export class PluginWorker {
  readonly specs: (PluginSpec & { readonly activationNumber: number })[] = [];
  readonly reads: string[] = [];
  cache: PluginValueCache;
  now = 0;
  ttlSeconds = 0;
  moduleBytes: Uint8Array = packed.bytes;
  moduleSignature: string | null = null;
  trustedKeys: readonly KeyObject[] = [];
  /** what happens in the store before the delivery with this number, counted from 1 */
  beforeDelivery: (delivery: number) => Promise<void> = async () => undefined;
  deliveries = 0;
  kept: Awaited<ReturnType<typeof keptState>> | undefined;
  /** of the last-known-good */
  keeping: Partial<KnownGoodOptions> = {};
  readonly vouched = new VouchedDeliveries({ now: () => this.now });
  getSecret: (providerKey: string) => Promise<string> = async (providerKey) => `value of ${providerKey}`;
  getSecretVersion: (providerKey: string) => Promise<string> = async () => 'v1';
  readonly checks: string[] = [];
  turns = new ProviderTurns();
  wait: ResolveDependencies['wait'];
  #offered: WorkerDelivery | undefined;
  #usual: ProviderDelivery | undefined;

  private constructor(
    readonly directory: string,
    readonly store: SignedStore,
    readonly keys: ResolveDependencies['keys'],
    private marks: HighWaterMarks,
    private held = new HeldDeliveries<AcceptedDelivery>(),
  ) {
    this.cache = this.#newCache();
  }

  static async create(): Promise<PluginWorker> {
    const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-plugin-'));
    const store = await SignedStore.create(directory);
    const worker = new PluginWorker(
      directory,
      store,
      await readWorkerKeys(directory, null),
      await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    );
    await worker.restart();
    return worker;
  }

  async remove(): Promise<void> {
    await this.kept?.knownGood.ended();
    await this.marks.kept();
    rmSync(this.directory, { recursive: true });
  }

  /** The next process on the same folder. */
  async restart(): Promise<void> {
    await this.kept?.knownGood.ended();
    await this.marks.kept();
    await this.kept?.times.write();
    this.kept = await keptState(this.directory, this.keys, () => this.now, this.keeping);
    this.cache = this.#newCache();
    this.held = new HeldDeliveries();
    this.marks = await HighWaterMarks.open({ directory: path.join(this.directory, 'state'), root: this.store.root });
  }

  #newCache(): PluginValueCache {
    return new PluginValueCache(
      () => this.now,
      (algorithmId) => void this.kept?.knownGood.remove(algorithmId),
    );
  }

  sealConfiguration(
    changes: Partial<ConfigurationBinding> = {},
    values: Record<string, string> = configuration,
  ): Promise<SealedRecord> {
    return this.store.configuration({ ...place, ...changes }, values);
  }

  /** @param provider null: left out; by default a usual one, activated under number 1 */
  async offer(secrets: readonly SetEntry[], number = 1, provider?: ProviderDelivery | null): Promise<void> {
    this.#usual ??= inForce(this.store, { base: await this.sealConfiguration() }, { providerId, number: 1 });
    const offered = provider === undefined ? this.#usual : provider;
    this.#offered = {
      backendCertificate: this.store.certificate,
      set: this.store.signSet(secrets, { number }),
      sealedValues: {},
      providers: offered === null ? {} : { [providerId]: offered },
    };
  }

  async resolve(): Promise<Readonly<Record<string, string>>> {
    return (await this.resolveAll()).environment;
  }

  resolveAll(): Promise<ResolvedAlgorithm> {
    return resolveEnvironment(this.dependencies(), { owner: 'demo', name: 'hello' });
  }

  async refusal(): Promise<VariableFailure> {
    const error = await this.resolve().then(
      () => new Error('it was resolved'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof VariableFailure)) throw error;
    if (error.message.includes('very-secret')) throw new Error('the refusal quotes a value');
    return error;
  }

  readonly backend = {
    delivery: async (): Promise<WorkerDelivery> => {
      this.deliveries += 1;
      await this.beforeDelivery(this.deliveries);
      if (!this.#offered) throw new Error('the test offers nothing');
      return this.#offered;
    },
    module: async () => ({ bytes: this.moduleBytes, signature: this.moduleSignature }),
  };

  dependencies(): ResolveDependencies {
    if (!this.kept) throw new Error('the worker is not open');
    return {
      ...this.kept,
      backend: this.backend,
      keys: this.keys,
      trustedKeys: this.trustedKeys,
      marks: this.marks,
      plugins: { provider: this.#startEachTime },
      held: this.held,
      vouched: this.vouched,
      cache: this.cache,
      turns: this.turns,
      log: pino({ level: 'silent' }),
      ...(this.wait && { wait: this.wait }),
      now: () => this.now,
      pause: async (milliseconds) => void (this.now += milliseconds),
    };
  }

  readonly #startEachTime: ResolveDependencies['plugins']['provider'] = async (key, load) => {
    const spec = await load();
    if (spec.providerId !== key.providerId) throw new Error('another plugin than was asked for');
    this.specs.push({ ...spec, activationNumber: key.activationNumber });
    return readOnlyProvider({
      getSecret: async (id) => {
        this.reads.push(id.getProviderKey());
        const value = await this.getSecret(id.getProviderKey());
        return { getValue: () => value, getTtl: () => this.ttlSeconds };
      },
      getSecretVersion: async (id) => {
        this.checks.push(id.getProviderKey());
        return this.getSecretVersion(id.getProviderKey());
      },
    });
  };
}
