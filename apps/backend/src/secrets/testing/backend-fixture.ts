import type { Actor } from '@secret-store/api';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { createStoreKeys, type StoreKeys } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import type { Dependencies } from '../../dependencies.ts';
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
  await deps.db.prisma.provider.create({
    data: {
      id: internalProviderId,
      name: 'Internal Secret Provider',
      description: '',
      kind: 'internal',
      interfaceVersion: '1.0.0',
      isDefault: true,
    },
  });
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
  const module = { sha256, bytes: new Uint8Array(1), sizeBytes: 1, manifest };
  const version = { moduleName: 'test.tgz', factoryClassName: 'TestFactory', boundRevision: 1, encrypted: {} };
  await deps.db.prisma.provider.create({
    data: {
      id,
      name: `Test ${id}`,
      description: '',
      kind: 'plugin',
      interfaceVersion: '1.0.0',
      activationNumber: 1,
      activation: {},
      activeNumber: 1,
      lastNumber: 1,
      versions: { create: { number: 1, ...version, module: { create: module } } },
    },
  });
  plugins.set(id, plugin);
  return id;
};
