import { strict as assert } from 'node:assert';

const algorithm = 'fleet/model';
const variable = 'MODEL_PASSWORD';
const first = { algorithmId: '', secretId: '', value: 'a value of the first day' };
const later = 'a value of the second day';
const tokens = { one: '', two: '' };

const workerOn = async (machines, name) => {
  const { body } = await machines.call('GET', '/v1/admin/workers');
  return body.results.find((worker) => worker.name === name);
};

const poolNamed = async (machines, name) => {
  const { body } = await machines.call('GET', '/v1/admin/pools');
  return body.results.find((pool) => pool.name === name);
};

const invite = (machines, ...words) => {
  const { status, stdout, stderr } = machines.command('invite', ...words);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ssjoin_[A-Za-z0-9_-]+$/);
  return stdout;
};

const online = (machines, name) =>
  machines.eventually(`worker ${name} is online`, async () => (await workerOn(machines, name))?.state === 'online');

const gets = (machines, name, value) =>
  machines.eventually(`exec on ${name} gets the value`, async () => {
    const { status, value: got } = machines.exec(name, algorithm, variable);
    return status === 0 && got === value;
  });

const isRefused = async (machines, name) => {
  await machines.eventually(
    `exec on ${name} is refused`,
    async () => machines.exec(name, algorithm, variable).status === 77,
  );
  return machines.exec(name, algorithm, variable).stderr.trim().split('\n').at(-1);
};

const changePools = async (machines, pools) => {
  const target = `/v1/algorithms/${first.algorithmId}/pools`;
  const { status, body } = await machines.call('PUT', target, { pools });
  assert.ok(status < 300, JSON.stringify(body));
  await machines.eventually('nothing is pending', async () => (await machines.call('GET', target)).body.pending === 0);
};

/** In this order: each builds on the one before. */
export const steps = [
  ['a store starts on its own machine, with TLS', (machines) => machines.startStore()],
  [
    'an algorithm has a secret',
    async (machines) => {
      const made = await machines.call('POST', '/v1/algorithms', { owner: 'fleet', name: 'model' });
      assert.ok(made.status < 300, JSON.stringify(made.body));
      first.algorithmId = made.body.id;
      const owner = { owner_type: 'algorithm', owner_id: first.algorithmId };
      const secret = { short_name: 'Password', ...owner, secret_key: variable, secret_value: first.value };
      const { status, body } = await machines.call('POST', `/v1/algorithms/${first.algorithmId}/secrets`, secret);
      assert.ok(status < 300, JSON.stringify(body));
      first.secretId = body.id;
    },
  ],
  [
    'a worker joins from a second machine with one token',
    async (machines) => {
      tokens.one = invite(machines);
      machines.startWorker('one', tokens.one);
      await online(machines, 'one');
    },
  ],
  ['it reads the value', (machines) => gets(machines, 'one', first.value)],
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
      const { status, body } = await machines.call('POST', '/v1/admin/pools', { name: 'gpu' });
      assert.ok(status < 300, JSON.stringify(body));
      assert.equal(body.keyId, null);
      tokens.two = invite(machines, '--pool', 'gpu');
      machines.startWorker('two', tokens.two);
      await online(machines, 'two');
      await machines.eventually('the pool has a key', async () => (await poolNamed(machines, 'gpu')).keyId !== null);
    },
  ],
  ['it does not run the algorithm of another pool', (machines) => isRefused(machines, 'two')],
  [
    'the algorithm moves to the pool, and its values with it',
    async (machines) => {
      await changePools(machines, ['gpu']);
      await gets(machines, 'two', first.value);
    },
  ],
  ['the workers of the pool that it left are refused', (machines) => isRefused(machines, 'one')],
  [
    'a changed value arrives',
    async (machines) => {
      const target = `/v1/algorithms/${first.algorithmId}/secrets/${first.secretId}`;
      const { status, body } = await machines.call('PUT', target, { short_name: 'Password', secret_value: later });
      assert.ok(status < 300, JSON.stringify(body));
      await gets(machines, 'two', later);
    },
  ],
  [
    'it runs in both pools',
    async (machines) => {
      await changePools(machines, ['default', 'gpu']);
      await gets(machines, 'one', later);
      await gets(machines, 'two', later);
    },
  ],
  [
    'a cut cable is no answer, and mended it is forgotten',
    async (machines) => {
      machines.cable('two', 'down');
      await machines.eventually(
        'exec without the store fails',
        async () => machines.exec('two', algorithm, variable).status === 69,
      );
      machines.cable('two', 'up');
      await gets(machines, 'two', later);
    },
  ],
  [
    'a revoked worker is cut off, and its pool gets a new key',
    async (machines) => {
      const { id } = await workerOn(machines, 'one');
      const before = (await poolNamed(machines, 'default')).keyId;
      assert.equal((await machines.call('POST', `/v1/admin/workers/${id}/revoke`)).status, 204);
      const told = await isRefused(machines, 'one');
      await machines.eventually(
        'the key is another',
        async () => (await poolNamed(machines, 'default')).keyId !== before,
      );
      const target = `/v1/algorithms/${first.algorithmId}/pools`;
      await machines.eventually(
        'nothing is pending',
        async () => (await machines.call('GET', target)).body.pending === 0,
      );
      assert.equal((await workerOn(machines, 'one')).state, 'revoked');
      return told;
    },
  ],
  ['the others go on', (machines) => gets(machines, 'two', later)],
  [
    'the value that it could have opened is listed until it is changed',
    async (machines) => {
      const { id } = await workerOn(machines, 'one');
      const exposed = async () => (await machines.call('GET', `/v1/admin/workers/${id}/exposed`)).body.results.length;
      assert.equal(await exposed(), 1);
      const target = `/v1/algorithms/${first.algorithmId}/secrets/${first.secretId}`;
      assert.equal(
        (await machines.call('PUT', target, { short_name: 'Password', secret_value: first.value })).status,
        200,
      );
      assert.equal(await exposed(), 0);
      await gets(machines, 'two', first.value);
    },
  ],
];
