import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ReportingWorker } from '../delivery/testing/reporting-worker.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { closeFirstSteps, confirmRecoveryFile } from './first-steps-answers.ts';
import { showFirstSteps } from './show-first-steps.ts';

let backend: TestBackend;
let fleet: FleetFixture;
let worker: ReportingWorker;

beforeAll(async () => {
  backend = await startTestBackend();
  fleet = await FleetFixture.on(backend);
  worker = ReportingWorker.first(fleet);
});
afterAll(() => backend.close());

const create = async (url: string, body: Readonly<Record<string, unknown>>): Promise<string> =>
  z.object({ id: z.string() }).parse((await backend.asAdministrator('POST', url, body)).json).id;

const show = () => showFirstSteps(backend.deps, admin);

const eventsOf = async (action: string) => {
  await backend.deps.ledger.flush();
  return backend.deps.db.prisma.auditEvent.count({ where: { action } });
};

it('each step is done when the store has what it asks for, and the list never returns once all were', async () => {
  expect(await show()).toEqual({ isClosed: false, done: [], algorithm: null });
  await confirmRecoveryFile(backend.deps, admin);
  await confirmRecoveryFile(backend.deps, admin);
  expect(await eventsOf('store.confirm-recovery-file')).toBe(1);
  const algorithmId = await create('/v1/algorithms', { owner: 'demo', name: 'first' });
  const algorithm = { owner: 'demo', name: 'first' };
  expect(await show()).toEqual({ isClosed: false, done: ['recoveryFile', 'algorithm'], algorithm });
  const url = `/v1/algorithms/${algorithmId}/secrets`;
  const secretId = await create(url, {
    ...{ short_name: 'First', owner_type: 'algorithm', owner_id: algorithmId },
    ...{ secret_key: 'FIRST', secret_value: 'hunter2' },
  });
  await fleet.fleet();
  expect(await show()).toEqual({ isClosed: false, done: ['recoveryFile', 'algorithm', 'secret'], algorithm });
  await worker.report(algorithmId);
  expect(await show()).toMatchObject({ isClosed: true });
  expect(await eventsOf('store.close-first-steps')).toBe(1);

  // what an administrator does later is no reason to begin again
  await backend.asAdministrator('DELETE', `${url}/${secretId}`);
  expect(await show()).toMatchObject({ isClosed: true });
  await closeFirstSteps(backend.deps, admin);
  expect(await eventsOf('store.close-first-steps')).toBe(1);
});
