import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { programFolder } from './testing/build-program.ts';
import { apiError, type FakeAnswer } from './testing/backend/fake-backend.ts';
import { inForce } from './testing/offered-provider.ts';
import { factoryClassName, packModule } from './testing/pack-module.ts';
import { buildPrograms, type Programs, RunningWorker } from './testing/running-worker.ts';
import { algorithmId, idOf, type SignedStore } from './testing/signed-store.ts';

const built = programFolder('worker');
const secretText = `hunter2-${randomBytes(12).toString('hex')}`;
const pluginText = `plugin-${randomBytes(12).toString('hex')}`;
let programs: Programs;
let worker: RunningWorker;
let store: SignedStore;

beforeAll(async () => {
  programs = await buildPrograms(built);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  worker = await RunningWorker.create(programs);
  ({ store } = worker);
  await worker.ready();
});

afterEach(async () => {
  const written = await worker.remove();
  expect(written).not.toContain(secretText);
  expect(written).not.toContain(pluginText);
});

const exec = async (...command: string[]) => {
  const result = await worker.exec(...command);
  expect(result.stderr).not.toContain(secretText);
  expect(result.stderr).not.toContain(pluginText);
  return result;
};

test('a command gets a sealed value, and the new value after an update', async () => {
  worker.deliver(store.delivery([await store.internalValue('MYSQL_PASSWORD', 'the first')]));
  expect(await exec('printenv', 'MYSQL_PASSWORD')).toEqual({ code: 0, stdout: 'the first\n', stderr: '' });
  worker.deliver(
    store.delivery([await store.internalValue('MYSQL_PASSWORD', secretText, { version: 2 })], { number: 2 }),
  );
  expect((await exec('printenv', 'MYSQL_PASSWORD')).stdout).toBe(`${secretText}\n`);
});

test('a replayed set starts no command, also after the worker was killed', async () => {
  const older = store.delivery([await store.internalValue('MYSQL_PASSWORD', 'the first')]);
  worker.deliver(store.delivery([], { number: 2 }));
  expect((await exec('true')).code).toBe(0);
  await worker.end('SIGKILL');
  worker.start();
  await worker.ready();
  worker.deliver(older);
  const { code, stdout, stderr } = await exec('echo', 'started');
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
  expect(stderr).toMatch(/^secret-store: .*set 1 after set 2.*\n$/);
});

test.each([
  ['was revoked', 2002, /this worker was revoked/],
  ['is not of this store', 2000, /the backend does not know this worker/],
  [
    'has a copy',
    2003,
    /^secret-store: A copy of this worker's folder was used\. Remove the folder and join again\.\n$/,
  ],
])('a worker that %s starts no command', async (_, code, sentence) => {
  worker.backend.answer = () => apiError(401, code);
  const answer = await exec('echo', 'started');
  expect(answer).toMatchObject({ code: 77, stdout: '', stderr: expect.stringMatching(sentence) });
});

test('each start is a run of its own, which is on disk before the first request, also after the worker was killed', async () => {
  const runOnDisk = () => JSON.parse(readFileSync(path.join(worker.directory, 'state/run.json'), 'utf8')).run;
  const delivery = store.delivery([]);
  for (const [run, signal] of [
    [1, 'SIGKILL'],
    [2, 'SIGTERM'],
    [3, 'SIGTERM'],
  ] as const) {
    const seen: unknown[] = [];
    worker.deliver(delivery);
    const { answer } = worker.backend;
    worker.backend.answer = (name, input) => {
      seen.push(runOnDisk());
      return answer(name, input);
    };
    expect((await exec('true')).code).toBe(0);
    expect(new Set(seen)).toEqual(new Set([run]));
    expect(worker.backend.signed.at(-1)?.run).toBe(run);
    await worker.end(signal);
    if (run === 3) break;
    worker.start();
    await worker.ready();
  }
  const { signed } = worker.backend;
  expect(new Set(signed.map(({ instance }) => instance)).size).toBe(3);
  // the runs of requests only grow: a process that ends sends nothing after the next has begun
  expect(signed.map(({ run }) => run)).toEqual(signed.map(({ run }) => run).toSorted((a, b) => a - b));
});

test.each<[string, () => FakeAnswer, Record<string, string>]>([
  ['is hung', () => ({ hang: true }), {}],
  ['has no database', () => apiError(503, 6003), {}],
  ['is gone', () => ({ hang: true }), { SECRET_STORE_BACKEND_URL: 'http://127.0.0.1:1' }],
])('a worker that was killed and starts while the backend %s serves what it had', async (_, answer, settings) => {
  const value = await store.internalValue('MYSQL_PASSWORD', secretText);
  worker.deliver(store.delivery([value]));
  expect((await exec('true')).code).toBe(0);
  const file = path.join(worker.directory, `state/known-good-${algorithmId}.json`);
  await vi.waitFor(() => expect(existsSync(file)).toBe(true));
  await worker.end('SIGKILL');
  worker.backend.answer = answer;
  worker.start(settings);
  await worker.ready();
  const { code, stdout, stderr } = await exec('printenv', 'MYSQL_PASSWORD');
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${secretText}\n` });
  expect(stderr).toMatch(/^secret-store: the backend or a vault cannot be asked: .* ago\n$/);
});

describe('ends', () => {
  test('when its launcher is gone', async () => {
    worker.daemon.disconnect();
    await once(worker.daemon, 'exit');
    expect(existsSync(path.join(worker.directory, 'worker.sock'))).toBe(false);
  });

  test('on SIGTERM, and exec then says how to fix it', async () => {
    await worker.end();
    expect(await exec('true')).toMatchObject({ code: 69, stderr: expect.stringContaining('npm start') });
  });

  test('at once, with a reason, when the root is not the pinned one', async () => {
    await worker.end();
    worker.log = '';
    const [code] = await once(worker.start({ SECRET_STORE_ROOT_FINGERPRINT: '0'.repeat(64) }), 'close');
    expect(code).toBe(78);
    expect(worker.log).toContain('fingerprint');
  });
});

describe('at the start, exit code 78, with which nobody tries again, is', () => {
  const codeOfStart = async (settings: Record<string, string> = {}): Promise<unknown> => {
    await worker.end();
    worker.log = '';
    const [code] = await once(worker.start(settings), 'close');
    return code;
  };
  const state = () => path.join(worker.directory, 'state');

  test('for a setting that is wrong', async () => {
    expect(await codeOfStart({ SECRET_STORE_PLUGIN_TRUSTED_KEYS: 'x' })).toBe(78);
    expect(worker.log).toContain('SECRET_STORE_PLUGIN_TRUSTED_KEYS must list');
  });

  test('for a key that is not there', async () => {
    rmSync(path.join(worker.directory, 'worker-key.json'), { force: true });
    expect(await codeOfStart()).toBe(78);
  });

  test('for a mark that is damaged', async () => {
    writeFileSync(path.join(state(), `algorithm-${idOf('x')}.json`), '{');
    expect(await codeOfStart()).toBe(78);
    rmSync(state(), { recursive: true });
  });

  test('not for what may pass, such as a state folder that cannot be made', async () => {
    rmSync(state(), { recursive: true });
    writeFileSync(state(), '');
    expect(await codeOfStart()).toBe(70);
    expect(worker.log).toMatch(/"reason":"\/[^"]*\/worker\/state[^"]* cannot be used: [^"]+: remove it"/);
    rmSync(state());
  });

  test('not for another worker on the same folder, which may be about to end', async () => {
    await worker.end();
    worker.log = '';
    const socket = path.join(worker.directory, 'worker.sock');
    const other = createServer().listen(socket);
    await once(other, 'listening');
    const [code] = await once(worker.start({}), 'close');
    other.close();
    expect(code).toBe(70);
    expect(worker.log).toContain('another worker is already running');
  });

  test('not for a socket that cannot be made', async () => {
    await worker.end();
    mkdirSync(path.join(worker.directory, 'worker.sock'));
    expect(await codeOfStart()).toBe(70);
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
        if (value === 'refused') throw Object.assign(new Error(value), { code: 'CONFIGURATION', key: 'mode' });
        return {
          getSecret: (id) => {
            if (id.getProviderKey() === 'throws') throw new Error(value);
            if (id.getProviderKey() === 'sealed') throw Object.assign(new Error(value), { code: 'VAULT_PROBLEM', problem: 'sealed' });
            return { getValue: () => value + ' for ' + id.getProviderKey(), getTtl: () => 0 };
          },
          getTtl: () => 0,
        };
      }
    }`;

  const deliverPlugin = async (providerKeys: readonly string[], mode = pluginText) => {
    const { bytes, sha256 } = packModule(source);
    const base = await store.configuration(
      { providerId, revision: 1, moduleSha256: sha256, factoryClassName, destinations: ['vault.example.com:443'] },
      { address: 'https://vault.example.com', mode },
    );
    const secrets = providerKeys.map((providerKey) => ({
      secretId: idOf(providerKey),
      environmentVariable: `SECRET_${providerKey}`,
      version: 1,
      providerId,
      providerKey,
      sealedHash: null,
    }));
    const providers = { [providerId]: inForce(store, { base }, { providerId, number: 1 }) };
    worker.deliver(
      { backendCertificate: store.certificate, set: store.signSet(secrets), sealedValues: {}, providers },
      bytes,
    );
  };

  test('gives its value to the command, and its own output goes nowhere', async () => {
    await deliverPlugin(['one', 'two']);
    const { stdout } = await exec('printenv', 'SECRET_one', 'SECRET_two');
    expect(stdout).toBe(`${pluginText} for one\n${pluginText} for two\n`);
    expect(worker.backend.requests.filter((path) => path.startsWith('modules/'))).toHaveLength(1);
  });

  test('that throws the value ends exec with 69 and the name of the variable', async () => {
    await deliverPlugin(['one', 'throws']);
    const { code, stdout, stderr } = await exec('echo', 'started');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toMatch(/^secret-store: SECRET_throws: provider .*\n$/);
  });

  test('whose vault gives a reason for a refusal lets exec report that reason and how to fix it', async () => {
    await deliverPlugin(['one', 'sealed']);
    const { code, stdout, stderr } = await exec('echo', 'started');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toMatch(
      /^secret-store: SECRET_sealed: provider .*: the vault is sealed; unseal it; if that stays so, delete the secret with \?leave=true.*\n$/,
    );
  });

  test('that rejects its configuration ends exec with 78 and the name of the key', async () => {
    await deliverPlugin(['one'], 'refused');
    const { code, stderr } = await exec('echo', 'started');
    expect(code).toBe(78);
    expect(stderr).toMatch(/^secret-store: SECRET_one: provider .*: configuration key mode: .*\n$/);
  });
});
