import type { Actor } from '@secret-store/api';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { createStoreKeys, type StoreKeys } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { ensureInternalProvider } from '../../startup/ensure-internal-provider.ts';
import { importCertificates } from '../../startup/import-certificates.ts';
import { tellRefusals } from '../../startup/tell-refusals.ts';
import { openTestDependencies } from './test-dependencies.ts';

export interface BackendFixture {
  readonly deps: Dependencies;
  readonly keys: StoreKeys;
  readonly databaseUrl: string;
  /** statements that the application's role may not run */
  readonly asOwner: TestDatabase['asOwner'];
  /** what was logged so far, as one text */
  readonly logged: () => string;
  /** the plugins that run in this process, by provider id */
  readonly plugins: Map<string, AsyncSecretProvider>;
  close(): Promise<void>;
}

export const admin: Actor = { userId: 'admin-id', username: 'admin', role: 'admin' };
export const ada: Actor = { userId: 'ada-id', username: 'ada', role: 'user' };

/** A backend as it is after its first start: keys, migrated database, the internal provider as the default. */
export const openBackendFixture = async (): Promise<BackendFixture> => {
  const keys = await createStoreKeys();
  const database = await createTestDatabase();
  const lines: string[] = [];
  const plugins = new Map<string, AsyncSecretProvider>();
  const deps = await openTestDependencies({
    keys,
    databaseUrl: database.url,
    plugins,
    log: (line) => lines.push(line),
  });
  tellRefusals(deps);
  await importCertificates(deps);
  await ensureInternalProvider(deps);
  return {
    deps,
    keys,
    databaseUrl: database.url,
    asOwner: (...statement) => database.asOwner(...statement),
    logged: () => lines.join(''),
    plugins,
    close: async () => {
      await deps.db.close();
      await database.drop();
    },
  };
};

/** A provider row with a module, as an upload leaves it. */
export const addPlugin = async (
  { deps, plugins }: Pick<BackendFixture, 'deps' | 'plugins'>,
  plugin: AsyncSecretProvider,
  { maxValueBytes }: { maxValueBytes?: number } = {},
): Promise<string> => {
  const id = uuidv7();
  const sha256 = id.replaceAll('-', '').padEnd(64, '0');
  const factories = { TestFactory: { displayName: 'Test', ...(maxValueBytes === undefined ? {} : { maxValueBytes }) } };
  const manifest = {
    packageName: 'test',
    packageVersion: '1.0.0',
    interfaceVersion: '1.0.0',
    entry: 'plugin.mjs',
    factories,
  };
  const createdAt = new Date();
  await change(deps, async (changes) => {
    await changes.insert(
      'module',
      { sha256, sizeBytes: 1, manifest, signature: null, createdAt },
      { bytes: new Uint8Array(1) },
    );
    await changes.insert('provider', {
      ...{ id, name: `Test ${id}`, description: '', kind: 'plugin', interfaceVersion: '1.0.0', isEnabled: true },
      ...{
        isDefault: false,
        wantsDefault: false,
        checkSeconds: null,
        staleSeconds: null,
        activationNumber: 1,
        activation: {},
      },
      ...{ activeNumber: 1, previousNumber: null, candidateNumber: null, lastNumber: 1 },
      ...{ createdAt, updatedAt: createdAt },
    });
    await changes.insert('providerVersion', {
      ...{ providerId: id, number: 1, moduleSha256: sha256, moduleName: 'test.tgz', factoryClassName: 'TestFactory' },
      ...{ boundRevision: 1, configurationKeys: [], encrypted: {}, sealed: null },
      ...{ workerConfigurationKeys: [], sealedForWorkers: null, createdAt },
    });
    changes.audit({
      actor: systemActor,
      action: 'provider.create',
      subject: { type: 'provider', id },
      details: {},
    });
  });
  plugins.set(id, plugin);
  return id;
};
