import { afterEach, expect, it } from 'vitest';
import { type FakePooler, type PoolMode, startFakePooler } from '../testing/fake-pooler.ts';
import { refusePooler } from './refuse-pooler.ts';

let pooler: FakePooler;
afterEach(() => pooler.close());

it.each<PoolMode>(['transaction', 'round robin', 'statement'])(
  'refuses a pooler that gives a connection one session after another (%s)',
  async (mode) => {
    pooler = await startFakePooler(mode);
    await expect(refusePooler(pooler.url)).rejects.toMatchObject({
      code: 'POOLER',
      message: expect.stringContaining('set its pool_mode to session'),
    });
  },
);

it.each<PoolMode>(['none', 'session'])(
  'takes a server whose connections keep their session (pooler: %s)',
  async (mode) => {
    pooler = await startFakePooler(mode);
    await expect(refusePooler(pooler.url)).resolves.toBeUndefined();
  },
);
