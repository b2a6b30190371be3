import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { factories, moduleArchive, pluginSource } from '../../providers/testing/module-archive.ts';
import { providerClient } from '../../providers/testing/provider-client.ts';
import { countPending } from '../../resealing/pending/count-pending.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';
import { WorkerMachine } from '../testing/worker-machine.ts';

let backend: TestBackend;
let machine: WorkerMachine;

beforeEach(async () => {
  backend = await startTestBackend();
  machine = new WorkerMachine(backend, await backend.app.listen({ port: 0, host: '127.0.0.1' }));
});
afterEach(async () => {
  await machine.remove();
  await backend.close();
});

const printenv = (folder: string, variable: string) =>
  machine.runOnceReady(folder, 'exec', 'demo/elsewhere', '--', 'printenv', variable);
const pending = () => countPending(backend.deps, { everything: true });

/** What it reads is the credential in its configuration. */
const revealing = () =>
  moduleArchive({
    source: pluginSource().replace(
      "getSecret: () => { throw new Error('not here'); }",
      'getSecret: () => ({ getValue: () => token, getTtl: () => 0 })',
    ),
    factories,
  });

const loseTheFirst = async (): Promise<string> => {
  const first = machine.start('first');
  expect((await printenv('first', 'KEY')).stdout).toBe('newer');
  await machine.end(first);
  rmSync(path.join(machine.directory, 'first'), { recursive: true });
  const [{ workerId } = { workerId: '' }] = (await backend.deps.pools.firstLog()).state.livingMembers();
  return workerId;
};

it(
  'the only worker is lost: another one joins, and the recovery file opens all for it',
  { timeout: 240_000 },
  async () => {
    const { algorithmId, secretId } = await machine.createSecret('KEY', 'older');
    await backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/secrets/${secretId}`, {
      ...{ short_name: 'KEY', description: '', secret_value: 'newer' },
    });
    const { id } = await providerClient(backend).addActive(await revealing(), {
      workerConfiguration: { token: 'a-token-of-the-workers' },
    });
    await machine.addSecret(algorithmId, 'VAULTED', 'in-the-vault', { provider_id: id });
    const lost = await loseTheFirst();

    expect(await machine.asRoot('revoke-worker', lost)).toMatchObject({ code: 0 });
    const { stdout: token } = await machine.asRoot('invite');
    const second = machine.start('second', '--join', token);
    expect((await machine.runOnceReady('second', 'workers')).stdout).toMatch(/second/);

    // what is there is told, and what is written now is not kept from anyone
    await machine.addSecret(algorithmId, 'LATER', 'after-it');
    const rotated = await machine.run('second', 'rotate-pool-key');
    expect(rotated.code).toBe(69);
    expect(rotated.stderr).toMatch(
      /4 are sealed to keys that no worker has any more: run reseal with the recovery file/,
    );
    for (const name of ['demo/elsewhere KEY version 1', 'demo/elsewhere KEY version 2', 'configuration 2 of provider'])
      expect(rotated.stderr).toContain(name);
    expect(rotated.stderr).not.toContain('LATER');
    expect(await pending()).toBe(4);

    const listed = await machine.asRoot('reseal');
    expect(listed).toMatchObject({ code: 0, stdout: '' });
    expect(listed.stderr).toContain(`default: second (${machine.workerIdIn('second')})`);
    expect(listed.stderr).not.toContain(lost);
    expect(await pending()).toBe(4);

    expect(await machine.asRoot('reseal', '--yes')).toMatchObject({ code: 0 });
    expect(await pending()).toBe(0);
    expect(await printenv('second', 'KEY')).toMatchObject({ code: 0, stdout: 'newer' });
    expect(await printenv('second', 'LATER')).toMatchObject({ code: 0, stdout: 'after-it' });
    expect(await printenv('second', 'VAULTED')).toMatchObject({ code: 0, stdout: 'a-token-of-the-workers' });

    // what the root sealed is sealed again as everything else is, and the backend opens no less than before
    expect(await machine.run('second', 'rotate-pool-key')).toMatchObject({ code: 0 });
    expect(await printenv('second', 'VAULTED')).toMatchObject({ stdout: 'a-token-of-the-workers' });
    await machine.end(second);
    expect(backend.logged()).not.toMatch(/a-token-of-the-workers/);
  },
);
