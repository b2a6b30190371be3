import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReportingWorker } from '../delivery/testing/reporting-worker.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { deliveryTimes, providerHealth } from './provider-health.ts';

let backend: TestBackend;
let fleet: FleetFixture;
let worker: ReportingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  fleet = await FleetFixture.on(backend);
  worker = ReportingWorker.first(fleet);
});
afterAll(() => backend.close());

const idOf = (json: unknown): string => (json as { id: string }).id;

it('a worker’s reads are what it signed: ready, behind, or failed with words of ours', async () => {
  const algorithmId = idOf(
    (await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'reads' })).json,
  );
  const ids: string[] = [];
  for (const variable of ['FIRST', 'SECOND']) {
    const body = { short_name: variable, owner_type: 'algorithm', owner_id: algorithmId, secret_key: variable };
    const url = `/v1/algorithms/${algorithmId}/secrets`;
    ids.push(idOf((await backend.asAdministrator('POST', url, { ...body, secret_value: 'hunter2' })).json));
  }
  const [first = ''] = ids;
  const { id: providerId } = await backend.deps.db.prisma.provider.findFirstOrThrow();
  await fleet.fleet();
  const reads = async () =>
    (await providerHealth(backend.deps, admin, providerId)).workers.find(
      ({ workerId }) => workerId === worker.workerId,
    );
  expect(await reads()).toMatchObject({ isOnline: true, ready: 0, behind: 2, failures: [], arrived: null });
  await worker.report(algorithmId, { failures: [{ reason: 'unreachable', secretIds: [first] }] });
  expect(await reads()).toMatchObject({
    ...{ ready: 1, behind: 0 },
    failures: [{ reason: expect.stringContaining('The vault cannot be reached'), secrets: 1 }],
    arrived: { milliseconds: expect.any(Number) },
  });
  const times = await deliveryTimes(backend.deps, admin);
  expect(times.workers.find(({ workerId }) => workerId === worker.workerId)?.arrivals).toHaveLength(1);
  // what somebody else wrote under its name counts for nothing
  await backend.deps.db.prisma.workerReceipt.updateMany({ where: { algorithmId }, data: { receipt: {} } });
  expect(await reads()).toMatchObject({ ready: 0, behind: 2, failures: [], arrived: null });
});
