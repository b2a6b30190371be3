import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';
import { type Ran, WorkerMachine } from '../testing/worker-machine.ts';

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

const read = (folder: string): Promise<Ran> =>
  machine.runOnceReady(folder, 'exec', 'demo/elsewhere', '--', 'printenv', 'KEY');

it('joins with one token, reads, and is refused once it is revoked', { timeout: 120_000 }, async () => {
  await machine.createSecret();
  machine.start('first');
  expect((await read('first')).stdout).toBe('a-value');
  const { stdout: token } = await machine.run('first', 'invite');
  const joined = machine.start('joined', '--join', token);
  expect(await read('joined')).toEqual({ code: 0, stdout: 'a-value', stderr: '' });
  expect(readdirSync(path.join(machine.directory, 'joined/state'))).toContain('pool-floors.json');

  // with its second token the machine is not let in: the first had one use
  const late = machine.start('late', '--join', token);
  const [said, [code]] = await Promise.all([text(late.stderr), once(late, 'exit')]);
  expect([code, said]).toEqual([77, expect.stringMatching(/used up/)]);

  expect(await machine.run('first', 'revoke-worker', machine.workerIdIn('joined'))).toMatchObject({
    ...{ code: 0, stdout: '' },
  });
  expect(await read('joined')).toMatchObject({ code: 77, stdout: '', stderr: expect.stringMatching(/revoked/) });
  expect((await read('first')).stdout).toBe('a-value');
  await machine.end(joined);
  const { stdout: listed } = await machine.run('first', 'workers', '--json');
  expect(JSON.parse(listed)).toMatchObject({ results: [{ name: 'first', state: 'online' }, { state: 'revoked' }] });
});

it(
  'starts an algorithm that has just moved to its pool: others seal the values for it meanwhile',
  { timeout: 120_000 },
  async () => {
    const { algorithmId } = await machine.createSecret();
    machine.start('first');
    await backend.asAdministrator('POST', '/v1/admin/pools', { name: 'gpu' });
    const { stdout: token } = await machine.runOnceReady('first', 'invite', '--pool', 'gpu');
    machine.start('elsewhere', '--join', token);
    await machine.runOnceReady('elsewhere', 'workers');
    const move = () => backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/pools`, { pools: ['gpu'] });
    // the first pool takes the other one in
    while ((await move()).status === 409);
    expect(await read('elsewhere')).toEqual({ code: 0, stdout: 'a-value', stderr: '' });
  },
);

it('needs a folder with no package of npm and no program of a store', () => {
  const files = readdirSync(machine.directory, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /node_modules|\bnext\b|prisma|postgres|backend/i.test(file))).toEqual([]);
});
