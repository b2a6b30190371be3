import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resealingProgress } from '../../workers/admin/resealing-progress.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
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

const valueCount = 250;
const printenv = (folder: string, variable: string) =>
  machine.runOnceReady(folder, 'exec', 'demo/elsewhere', '--', 'printenv', variable);
const pending = async () => (await resealingProgress(backend.deps, admin)).pending;
/** Of the current keys of the first pool and the root's: each record has both. */
const recipientCounts = async (): Promise<number[]> => {
  const rows = await backend.deps.db.prisma.internalSealedValue.findMany({ select: { record: true } });
  return rows.map(({ record }) => JSON.stringify(record).match(/"encapsulatedKey"/g)?.length ?? 0);
};

it(
  'a worker that is killed in the middle of sealing: another one finishes, and nothing is lost',
  { timeout: 240_000 },
  async () => {
    const { algorithmId } = await machine.createSecret('KEY', 'a-value');
    for (let number = 1; number < valueCount; number += 1)
      await machine.addSecret(algorithmId, `KEY_${number}`, `value-${number}`);
    const first = machine.start('first');
    const { stdout: token } = await machine.runOnceReady('first', 'invite');
    machine.start('second', '--join', token);
    expect((await printenv('second', 'KEY')).code).toBe(0);
    const rotating = machine.run('second', 'rotate-pool-key');
    for (let left = 0; left === 0 || left === valueCount; left = await pending());
    await machine.end(first, 'SIGKILL');
    expect(await rotating).toMatchObject({ code: 0 });
    expect(await pending()).toBe(0);
    expect(await recipientCounts()).toEqual(Array.from({ length: valueCount }, () => 2));
    expect((await printenv('second', `KEY_${valueCount - 1}`)).stdout).toBe(`value-${valueCount - 1}`);
  },
);

it(
  'of two processes that join with one folder, one joins, and the other says why it does not',
  { timeout: 120_000 },
  async () => {
    machine.start('first');
    const { stdout: token } = await machine.runOnceReady('first', 'invite');
    const both = [machine.start('twin', '--join', token), machine.start('twin', '--join', token)];
    const ends = both.map(async (worker) => ({
      said: await text(worker.stderr),
      code: (await once(worker, 'exit'))[0],
    }));
    const loser = await Promise.race(ends);
    expect(loser.code).not.toBe(0);
    expect(loser.said).toMatch(/another worker is already running on this directory: stop it first/);
    expect((await machine.runOnceReady('twin', 'workers')).stdout.match(/\ttwin$/gm)).toHaveLength(1);
  },
);

it('ends at once while it waits to be let in', { timeout: 60_000 }, async () => {
  const { stdout: token } = await machine.asRoot('invite');
  const waiting = machine.start('waiting', '--join', token);
  for await (const said of waiting.stderr) if (String(said).includes('waiting for a worker of pool')) break;
  const exited = once(waiting, 'exit');
  waiting.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
