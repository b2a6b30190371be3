import { PoolInfo, WorkerInfo, WorkerList } from '@secret-store/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let worker: CallingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  worker = new CallingWorker(backend.keys);
});
afterAll(() => backend.close());

const nowhere = '0192f0c1-0000-7000-8000-000000000042';

const ask = () => {
  const target = '/api/worker/delivery';
  const body = JSON.stringify({ owner: 'demo', name: 'none' });
  const headers = { ...worker.sign({ method: 'POST', target, body }), 'content-type': 'application/json' };
  return backend.request({ method: 'POST', url: target, headers, payload: body });
};

const workers = async () => WorkerList.parse((await backend.asAdministrator('GET', '/v1/admin/workers')).json).results;

it('a worker is listed with exactly what the contract names, is online once it asked, and is refused once it is revoked', async () => {
  const [before] = await workers();
  expect(before).toMatchObject({ pool: 'default', state: 'offline', lastSeen: null });
  expect((await ask()).code).toBe(1000);
  const { json } = await backend.asAdministrator('GET', '/v1/admin/workers');
  const [listed] = (json as { results: object[] }).results;
  expect(Object.keys(listed ?? {})).toEqual(Object.keys(WorkerInfo.shape));
  expect(listed).toMatchObject({ state: 'online', lastSeen: expect.any(String) });

  const revoke = `/v1/admin/workers/${before?.id}/revoke`;
  for (const _ of ['once', 'twice']) expect((await backend.asAdministrator('POST', revoke)).status).toBe(204);
  expect(await ask()).toMatchObject({ status: 401, code: 2002 });
  expect(await workers()).toMatchObject([{ id: before?.id, state: 'revoked' }]);
});

it.each(['no-id', nowhere])('a worker with the id %s is not there: 404 with 6001', async (id) => {
  for (const [method, what] of [
    ['POST', 'revoke'],
    ['GET', 'exposed'],
  ] as const) {
    const answer = await backend.asAdministrator(method, `/v1/admin/workers/${id}/${what}`);
    expect(answer).toMatchObject({ status: 404, code: 6001 });
  }
});

it('a pool is created, listed, and not created again', async () => {
  const { status, json } = await backend.asAdministrator('POST', '/v1/admin/pools', { name: 'gpu' });
  expect([status, Object.keys(json ?? {})]).toEqual([200, Object.keys(PoolInfo.shape)]);
  const listed = await backend.asAdministrator('GET', '/v1/admin/pools');
  expect(listed.json).toMatchObject({ results: [{ name: 'default', workers: expect.any(Number) }, json] });
  const again = await backend.asAdministrator('POST', '/v1/admin/pools', { name: 'gpu' });
  expect(again).toMatchObject({ status: 409, code: 6001, fields: ['name'] });
  expect(await backend.asAdministrator('POST', '/v1/admin/pools', { name: 'GPU' })).toMatchObject({
    ...{ status: 400, code: 6001, fields: ['name'] },
  });
});

it('the pools of an algorithm are shown and chosen, and what was fetched can be sent back', async () => {
  const { json } = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'pools' });
  const url = `/v1/algorithms/${(json as { id: string }).id}/pools`;
  const shown = await backend.asAdministrator('GET', url);
  expect(shown.json).toEqual({ pools: ['default'], pending: 0 });
  expect((await backend.asAdministrator('PUT', url, { pools: ['default'], pending: 0 })).json).toEqual(shown.json);
  expect(await backend.asAdministrator('PUT', url, { pools: [] })).toMatchObject({ status: 400, fields: ['pools'] });
  expect(await backend.asAdministrator('PUT', url, { pools: ['none'] })).toMatchObject({
    ...{ status: 400, code: 6001, fields: ['pools.0'] },
  });
  expect((await backend.asAdministrator('GET', `/v1/algorithms/${nowhere}/pools`)).code).toBe(1000);
});
