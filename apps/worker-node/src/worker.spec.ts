import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerDelivery } from '@secret-store/api/schemas';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildProgram, checkout, programFolder } from './testing/build-program.ts';
import { apiError, data, type FakeBackend, startFakeBackend } from './testing/fake-backend.ts';
import { inForce } from './testing/offered-provider.ts';
import { factoryClassName, packModule } from './testing/pack-module.ts';
import { runProgram } from './testing/run-program.ts';
import { idOf, TestStore } from './testing/test-store.ts';

const built = programFolder('worker');
const secretText = `hunter2-${randomBytes(12).toString('hex')}`;
const pluginText = `plugin-${randomBytes(12).toString('hex')}`;
let programs: { main: string; exec: string };
let dataDirectory: string;
let workerDirectory: string;
let store: TestStore;
let backend: FakeBackend;
let daemon: ChildProcess;
let log: string;

beforeAll(async () => {
  programs = { main: await buildProgram('main', built), exec: await buildProgram('exec', built) };
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'secret-store-worker-'));
  workerDirectory = path.join(dataDirectory, 'worker');
  store = await TestStore.create(workerDirectory);
  backend = await startFakeBackend(store);
  log = '';
  daemon = start();
});

afterEach(async () => {
  if (isRunning(daemon)) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  await backend.close();
  const written = readdirSync(workerDirectory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const texts = [log, ...written.map((name) => readFileSync(path.join(workerDirectory, name), 'utf8'))];
  for (const text of texts) {
    expect(text).not.toContain(secretText);
    expect(text).not.toContain(pluginText);
  }
  rmSync(dataDirectory, { recursive: true });
});

const start = (settings: Record<string, string> = {}): ChildProcess => {
  const child = fork(programs.main, {
    silent: true,
    env: {
      PATH: process.env.PATH,
      SECRET_STORE_WORKER_DIRECTORY: workerDirectory,
      SECRET_STORE_BACKEND_URL: backend.url.href,
      SECRET_STORE_SANDBOX_DIRECTORY: path.join(checkout, 'dist/libs/plugin-host'),
      SECRET_STORE_LOG_LEVEL: 'trace',
      ...settings,
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
    });
  }
  return child;
};

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

const ready = async () => {
  const [message] = await Promise.race([
    once(daemon, 'message'),
    once(daemon, 'exit').then(() => {
      throw new Error(`the daemon ended: ${log}`);
    }),
  ]);
  expect(message).toEqual({ type: 'ready' });
};

const exec = async (...command: string[]) => {
  const { code, stdout, stderr } = await runProgram(programs.exec, ['demo/hello', '--', ...command], {
    environment: { PATH: process.env.PATH ?? '', SECRET_STORE_DATA_DIR: dataDirectory },
  });
  expect(stderr).not.toContain(secretText);
  expect(stderr).not.toContain(pluginText);
  return { code, stdout: stdout.toString('utf8'), stderr };
};

const deliver = (delivery: WorkerDelivery, module?: Uint8Array) => {
  const answers = new Map([
    ['workers.delivery', data(delivery)],
    ['workers.module', data({ bytes: Buffer.from(module ?? []).toString('base64') })],
  ]);
  backend.answer = (procedure) => answers.get(procedure) ?? data(null);
};

test('a command gets a sealed value, and after an update the new one', async () => {
  await ready();
  deliver(store.delivery([await store.internalValue('MYSQL_PASSWORD', 'the first')]));
  expect(await exec('printenv', 'MYSQL_PASSWORD')).toEqual({ code: 0, stdout: 'the first\n', stderr: '' });
  deliver(store.delivery([await store.internalValue('MYSQL_PASSWORD', secretText, { version: 2 })], { number: 2 }));
  expect((await exec('printenv', 'MYSQL_PASSWORD')).stdout).toBe(`${secretText}\n`);
});

test('a replayed set starts no command, also after the worker was killed', async () => {
  await ready();
  const older = store.delivery([await store.internalValue('MYSQL_PASSWORD', 'the first')]);
  deliver(store.delivery([], { number: 2 }));
  expect((await exec('true')).code).toBe(0);
  daemon.kill('SIGKILL');
  await once(daemon, 'exit');
  daemon = start();
  await ready();
  deliver(older);
  const { code, stdout, stderr } = await exec('echo', 'started');
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
  expect(stderr).toMatch(/^secret-store: .*set 1 after set 2.*\n$/);
});

test('a worker that was revoked starts no command', async () => {
  await ready();
  backend.answer = () => apiError(401, 2000);
  expect(await exec('echo', 'started')).toMatchObject({ code: 77, stdout: '' });
});

describe('ends', () => {
  test('when its launcher is gone', async () => {
    await ready();
    daemon.disconnect();
    await once(daemon, 'exit');
    expect(existsSync(path.join(workerDirectory, 'worker.sock'))).toBe(false);
  });

  test('on SIGTERM, and exec says the mend then', async () => {
    await ready();
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    expect(await exec('true')).toMatchObject({ code: 69, stderr: expect.stringContaining('npm start') });
  });

  test('at once, with a reason, when the root is not the pinned one', async () => {
    await ready();
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    log = '';
    daemon = start({ SECRET_STORE_ROOT_FINGERPRINT: '0'.repeat(64) });
    const [code] = await once(daemon, 'close');
    expect(code).toBe(78);
    expect(log).toContain('fingerprint');
  });
});

describe('a plugin in its sandbox', () => {
  const providerId = idOf('provider');
  const source = `
    export class ${factoryClassName} {
      create(config) {
        const value = config.get('mode');
        console.log(value);
        console.error(value);
        return {
          getSecret: (id) => {
            if (id.getProviderKey() === 'throws') throw new Error(value);
            return { getValue: () => value + ' for ' + id.getProviderKey(), getTtl: () => 0 };
          },
          getTtl: () => 0,
        };
      }
    }`;

  const deliverPlugin = async (providerKeys: readonly string[]) => {
    const { bytes, sha256 } = packModule(source);
    const record = await store.configuration(
      { providerId, revision: 1, moduleSha256: sha256, factoryClassName, destinations: ['vault.example.com:443'] },
      { address: 'https://vault.example.com', mode: pluginText },
    );
    const secrets = providerKeys.map((providerKey) => ({
      secretId: idOf(providerKey),
      environmentVariable: `SECRET_${providerKey}`,
      version: 1,
      providerId,
      providerKey,
      sealedHash: null,
    }));
    deliver(
      {
        backendCertificate: store.certificate,
        set: store.signSet(secrets),
        sealedValues: {},
        providers: { [providerId]: inForce(store, { base: record }, { providerId, number: 1 }) },
      },
      bytes,
    );
  };

  test('gives its value to the command, and its own words go nowhere', async () => {
    await ready();
    await deliverPlugin(['one', 'two']);
    const { stdout } = await exec('printenv', 'SECRET_one', 'SECRET_two');
    expect(stdout).toBe(`${pluginText} for one\n${pluginText} for two\n`);
    expect(backend.asked.filter((procedure) => procedure === 'workers.module')).toHaveLength(1);
  });

  test('that throws the value ends exec with 69 and the name of the variable', async () => {
    await ready();
    await deliverPlugin(['one', 'throws']);
    const { code, stdout, stderr } = await exec('echo', 'started');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toMatch(/^secret-store: SECRET_throws: provider .*\n$/);
  });
});
