import { strict as assert } from 'node:assert';

export const variable = 'MODEL_PASSWORD';

export const workerOn = async (machines, name) => {
  const { body } = await machines.call('GET', '/v1/admin/workers');
  return body.results.find((worker) => worker.name === name);
};

export const poolNamed = async (machines, name) => {
  const { body } = await machines.call('GET', '/v1/admin/pools');
  return body.results.find((pool) => pool.name === name);
};

/** @returns the body of an answer that is no refusal */
export const done = async (machines, method, target, content) => {
  const { status, body } = await machines.call(method, target, content);
  assert.ok(status >= 200 && status < 300, `${method} ${target}: ${status} ${JSON.stringify(body)}`);
  return body;
};

/** @param more of the request */
export const addAlgorithm = async (machines, name, value, more = {}) => {
  const { id: algorithmId } = await done(machines, 'POST', '/v1/algorithms', { owner: 'fleet', name });
  const owner = { owner_type: 'algorithm', owner_id: algorithmId };
  const secret = { short_name: 'Password', ...owner, secret_key: variable, secret_value: value, ...more };
  const { id: secretId } = await done(machines, 'POST', `/v1/algorithms/${algorithmId}/secrets`, secret);
  return { name: `fleet/${name}`, algorithmId, secretId };
};

export const changeValue = (machines, { algorithmId, secretId }, value) =>
  done(machines, 'PUT', `/v1/algorithms/${algorithmId}/secrets/${secretId}`, {
    short_name: 'Password',
    secret_value: value,
  });

export const changePools = async (machines, { algorithmId }, pools) => {
  const target = `/v1/algorithms/${algorithmId}/pools`;
  await done(machines, 'PUT', target, { pools });
  await machines.eventually('nothing is pending', async () => (await done(machines, 'GET', target)).pending === 0);
};

export const gets = (machines, name, algorithm, value) =>
  machines.eventually(`exec on ${name} gets the value`, async () => {
    const { status, value: got } = machines.exec(name, algorithm, variable);
    return status === 0 && got === value;
  });

/** @returns what `exec` says then */
export const isRefused = async (machines, name, algorithm) => {
  let refusal = '';
  await machines.eventually(`exec on ${name} is refused`, async () => {
    const { status, stderr } = machines.exec(name, algorithm, variable);
    refusal = lastLine(stderr);
    return status === 77;
  });
  return refusal;
};

/** What a worker is not to serve any more is in force within so much. */
const inForceMilliseconds = 4_000;

/**
 * Commands that begin later than 4 s after this moment are refused.
 * @returns how long after it the first one that was refused had begun, and what it said
 */
export const refusedSoonAfter = async (machines, name, algorithm, moment) => {
  for (;;) {
    const after = performance.now() - moment;
    const { status, stderr } = machines.exec(name, algorithm, variable);
    if (status === 77 || status === 78) return `after ${seconds(after)}: ${lastLine(stderr)}`;
    assert.ok(after < inForceMilliseconds, `exec ended with ${status}, ${seconds(after)} after it was connected again`);
  }
};

export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

export const lastLine = (text) => text.trim().split('\n').at(-1);

export const online = (machines, name) =>
  machines.eventually(`worker ${name} is online`, async () => (await workerOn(machines, name))?.state === 'online');

/** What the panel shows of the secret on this worker. */
export const shownOn = async (machines, { algorithmId, secretId }, name) => {
  const { workers } = await done(machines, 'GET', `/v1/algorithms/${algorithmId}/secrets/${secretId}/delivery`);
  return workers.find((worker) => worker.name === name);
};
