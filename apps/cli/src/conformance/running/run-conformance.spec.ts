import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectIsolation, readPluginModule } from '@secret-store/plugin-host';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startKeyValueServer } from '../../create-provider/template/double/key-value-server.mjs';
import { packPlugin } from '../../pack-plugin/pack-plugin.ts';
import { chooseChecks } from './choose-checks.ts';
import { type CheckResult, runConformance, type RunOptions } from './run-conformance.ts';

const checkout = path.resolve(import.meta.dirname, '../../../../..');
const sandboxDirectory = path.join(checkout, 'dist/libs/plugin-host');
const template = path.join(checkout, 'apps/cli/src/create-provider/template');

let base: string;
let server: Awaited<ReturnType<typeof startKeyValueServer>>;
let sides: Omit<RunOptions, 'checks' | 'bail' | 'onCheck' | 'factoryClassName'>;
let results: CheckResult[];

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'run-conformance-'));
  server = await startKeyValueServer();
  const configuration = new Map([
    ['server_url', server.url],
    ['access_token', server.token],
  ]);
  sides = {
    module: await readPluginModule(readFileSync(await packSilent())),
    backendConfiguration: configuration,
    workerConfiguration: configuration,
    isolation: await detectIsolation({ setting: 'auto', sandboxDirectory }),
    sandboxDirectory,
    limits: { deadlineMilliseconds: 4_000 },
  };
});
beforeEach(() => {
  results = [];
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true });
});

/** Stores the value 007 and never answers; never answers for a secret that does not exist. */
const packSilent = async (): Promise<string> => {
  const directory = path.join(base, 'silent');
  mkdirSync(path.join(directory, 'src'), { recursive: true });
  const factory = {
    displayName: 'Silent',
    configuration: [{ key: 'server_url' }, { key: 'access_token', secret: true }],
    egress: ['{server_url}'],
  };
  const secretProvider = {
    interfaceVersion: '1.1.0',
    entry: 'plugin.mjs',
    factories: { SilentFactory: factory, SilentWithoutKeysFactory: factory },
  };
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'silent', version: '1.0.0', secretProvider }),
  );
  const source = `
    import { TemplateSecretProviderFactory } from ${JSON.stringify(path.join(template, 'src/plugin.ts'))};
    const never = () => new Promise(() => undefined);
    export class SilentFactory {
      create(config) {
        const provider = new TemplateSecretProviderFactory().create(config);
        const createSecret = provider.createSecret.bind(provider);
        const getSecret = provider.getSecret.bind(provider);
        return Object.assign(provider, {
          createSecret: async (value, context) => {
            const id = await createSecret(value, context);
            return value === '007' ? never() : id;
          },
          getSecret: (id, context) => getSecret(id, context).catch(never),
        });
      }
    }
    export class SilentWithoutKeysFactory {
      create(config) {
        const provider = new SilentFactory().create(config);
        const names = ['createSecret', 'deleteSecret', 'allowsCreate', 'allowsUpdate', 'allowsDelete', 'getSecret', 'getTtl'];
        return Object.fromEntries(names.map((name) => [name, provider[name].bind(provider)]));
      }
    }`;
  writeFileSync(path.join(directory, 'src/plugin.ts'), source);
  return (await packPlugin({ directory, outDirectory: base })).file;
};

const run = (names: readonly string[], options: Partial<RunOptions> = {}) =>
  runConformance({
    ...sides,
    factoryClassName: 'SilentFactory',
    checks: chooseChecks(names),
    bail: false,
    onCheck: (result) => results.push(result),
    ...options,
  });

const timesOut = 'gives back what looks like a number';
const sound = 'gives back an updated value';

test('a call that is not answered is a time-out by name, the next check has a fresh process, and the secret is deleted', async () => {
  const { leftovers, notRun } = await run([timesOut, sound, 'keeps twenty']);
  expect(results).toMatchObject([
    {
      name: timesOut,
      outcome: 'failed',
      timedOut: true,
      reason: expect.stringMatching(/^timed out: .* \(createSecret, on the backend's side\)$/),
    },
    { name: sound, outcome: 'passed' },
    { name: expect.stringMatching(/^keeps twenty/), outcome: 'passed' },
  ]);
  expect({ leftovers, notRun }).toEqual({
    leftovers: { providerKeys: [], undecided: [], unanswered: [], unknownKeys: [] },
    notRun: 0,
  });
  expect([...server.entries.keys()]).toEqual([]);
});

test('a call that was to fail and is not answered is a time-out too, not a wrong error', async () => {
  await run(['says that an unknown secret is not found', 'has nothing to delete']);
  expect(results).toMatchObject([
    {
      outcome: 'failed',
      timedOut: true,
      reason: expect.stringMatching(/^timed out: .* \(getSecret, on the worker's side\)$/),
    },
    { outcome: 'passed' },
  ]);
});

test('with bail, the run ends at the first failure, and what that left is still deleted', async () => {
  const { notRun } = await run([timesOut, sound], { bail: true });
  expect(results).toMatchObject([{ name: timesOut, outcome: 'failed' }]);
  expect({ notRun, left: server.entries.size }).toEqual({ notRun: 1, left: 0 });
});

test('a creation without an answer or a known key is listed by its secret id', async () => {
  const { leftovers } = await run([timesOut], { factoryClassName: 'SilentWithoutKeysFactory' });
  expect(leftovers).toMatchObject({ providerKeys: [], unanswered: [] });
  expect([...server.entries.keys()]).toEqual(leftovers.unknownKeys.map((id) => `secret-store/${id}`));
  expect(leftovers.unknownKeys).toHaveLength(1);
});

test('of a vault that cannot be reached it is not said that secrets are in it', async () => {
  const away = new Map([...sides.backendConfiguration, ['server_url', 'http://127.0.0.1:1']]);
  const { leftovers } = await run([sound], { backendConfiguration: away, workerConfiguration: away });
  expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringMatching(/cannot be reached/) }]);
  expect(leftovers).toMatchObject({ providerKeys: [], unanswered: [], unknownKeys: [] });
  expect(leftovers.undecided).toHaveLength(1);
});
