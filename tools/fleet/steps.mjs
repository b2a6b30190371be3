import { strict as assert } from 'node:assert';
import {
  addAlgorithm,
  changePools,
  changeValue,
  done,
  gets,
  isRefused,
  online,
  poolNamed,
  refusedSoonAfter,
  variable,
  workerOn,
} from './checks.mjs';
import { outageSteps } from './outage-steps.mjs';

const values = { first: 'a value of the first day', later: 'a value of the second day' };
const tokens = { one: '', two: '' };
/** the algorithm of all steps */
const model = { name: '', algorithmId: '', secretId: '' };

const invite = (machines, ...words) => {
  const { status, stdout, stderr } = machines.command('invite', ...words);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ssjoin_[A-Za-z0-9_-]+$/);
  return stdout;
};

/** In this order: each builds on the one before. */
export const steps = [
  ['a store starts on its own machine, with TLS', (machines) => machines.startStore()],
  [
    'an algorithm has a secret',
    async (machines) => void Object.assign(model, await addAlgorithm(machines, 'model', values.first)),
  ],
  [
    'a worker joins from a second machine with one token',
    async (machines) => {
      tokens.one = invite(machines);
      machines.startWorker('one', tokens.one);
      await online(machines, 'one');
    },
  ],
  ['it reads the value', (machines) => gets(machines, 'one', model.name, values.first)],
  [
    'the token is spent: a third machine is turned away with 77',
    async (machines) => assert.equal(await machines.worker('two', tokens.one), 77),
  ],
  [
    'plain HTTP off loopback is refused with 78',
    async (machines) =>
      assert.equal(
        await machines.worker('two', invite(machines), { url: machines.origin.replace('https', 'http') }),
        78,
      ),
  ],
  [
    'a worker founds a pool of its own',
    async (machines) => {
      const { keyId } = await done(machines, 'POST', '/v1/admin/pools', { name: 'gpu' });
      assert.equal(keyId, null);
      tokens.two = invite(machines, '--pool', 'gpu');
      machines.startWorker('two', tokens.two);
      await online(machines, 'two');
      await machines.eventually('the pool has a key', async () => (await poolNamed(machines, 'gpu')).keyId !== null);
    },
  ],
  ['it does not run the algorithm of another pool', (machines) => isRefused(machines, 'two', model.name)],
  [
    'the algorithm moves to the pool, and its values with it',
    async (machines) => {
      await changePools(machines, model, ['gpu']);
      await gets(machines, 'two', model.name, values.first);
    },
  ],
  ['the workers of the pool that it left are refused', (machines) => isRefused(machines, 'one', model.name)],
  [
    'a changed value arrives',
    async (machines) => {
      await changeValue(machines, model, values.later);
      await gets(machines, 'two', model.name, values.later);
    },
  ],
  [
    'it runs in both pools',
    async (machines) => {
      await changePools(machines, model, ['default', 'gpu']);
      await gets(machines, 'one', model.name, values.later);
      await gets(machines, 'two', model.name, values.later);
    },
  ],
  ...outageSteps,
  [
    'a revoked worker is cut off, and its pool gets a new key',
    async (machines) => {
      const { id } = await workerOn(machines, 'one');
      const before = (await poolNamed(machines, 'default')).keyId;
      assert.equal((await machines.call('POST', `/v1/admin/workers/${id}/revoke`)).status, 204);
      const told = await isRefused(machines, 'one', model.name);
      await machines.eventually(
        'the key is another',
        async () => (await poolNamed(machines, 'default')).keyId !== before,
      );
      const target = `/v1/algorithms/${model.algorithmId}/pools`;
      await machines.eventually('nothing is pending', async () => (await done(machines, 'GET', target)).pending === 0);
      assert.equal((await workerOn(machines, 'one')).state, 'revoked');
      return told;
    },
  ],
  ['the others go on', (machines) => gets(machines, 'two', model.name, values.later)],
  [
    'the value that it could have opened is listed until it is changed',
    async (machines) => {
      const { id } = await workerOn(machines, 'one');
      const exposed = async () => {
        const { results } = await done(machines, 'GET', `/v1/admin/workers/${id}/exposed`);
        return results.filter(({ algorithmId }) => algorithmId === model.algorithmId).length;
      };
      assert.equal(await exposed(), 1);
      await changeValue(machines, model, values.first);
      assert.equal(await exposed(), 0);
      await gets(machines, 'two', model.name, values.first);
    },
  ],
  [
    'a worker that is revoked while its cable is cut is refused within 4 s after it is connected again',
    async (machines) => {
      const { id } = await workerOn(machines, 'two');
      machines.cable('two', 'down');
      assert.equal((await machines.call('POST', `/v1/admin/workers/${id}/revoke`)).status, 204);
      assert.equal(machines.exec('two', model.name, variable).status, 0);
      machines.cable('two', 'up');
      return refusedSoonAfter(machines, 'two', model.name, performance.now());
    },
  ],
];
