import { ProviderTest } from '@secret-store/api';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { activeVersion } from '../providers/testing/active-version.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { resumePreparations } from './preparer.ts';
import { lastProviderTest, testProvider } from './test-provider.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;
let module: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
  module = await moduleArchive();
});
afterAll(() => backend.close());
afterEach(() => {
  backend.worker.online = true;
  backend.worker.script = null;
});

const servingOf = async (id: string) => ({
  ...(await backend.deps.db.prisma.provider.findUniqueOrThrow({ where: { id } })),
  active: await activeVersion(backend, id),
});

const ended = async (id: string): Promise<ProviderTest> => {
  await expect
    .poll(async () => (await lastProviderTest(backend.deps, admin, id))?.state, { timeout: 20_000 })
    .not.toBe('running');
  return ProviderTest.parse(await lastProviderTest(backend.deps, admin, id));
};

const test = async (id: string) => {
  expect(await testProvider(backend.deps, admin, id)).toMatchObject({ state: 'running' });
  return ended(id);
};

const audited = async (subjectId: string) => {
  await backend.deps.ledger.flush();
  const events = await backend.deps.db.prisma.auditEvent.findMany({ where: { subjectId, action: 'provider.test' } });
  return events.map(({ details }) => details);
};

it('a test goes through its steps on a test secret, is audited, and changes nothing of the provider', async () => {
  const { id } = await client.addActive(module);
  const before = await servingOf(id);
  const { state, steps } = await test(id);
  expect(state).toBe('passed');
  expect(steps.map((entry) => [entry.step, entry.state])).toEqual(
    ['configuration', 'create', 'read', 'update', 'delete', 'stored'].map((step) => [step, 'done']),
  );
  expect(await servingOf(id)).toEqual(before);
  expect(await audited(id)).toEqual([{ state: 'passed', step: 'stored' }]);
});

it('a test that fails says at which step, and neither ends nor starts what was prepared', async () => {
  const { id } = await client.addActive(module);
  const next = await moduleArchive({ source: pluginSource('the next version') });
  backend.worker.script = () => ({ outcome: 'not-found', version: null });
  expect((await client.uploadTo(id, next)).json).toMatchObject({ state: 'failed' });
  const before = await servingOf(id);
  const prepared = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } });
  const { state, step, steps } = await test(id);
  expect({ state, step }).toEqual({ state: 'failed', step: 'read' });
  expect(steps.find((entry) => entry.step === 'read')?.message).toContain('cannot find the secret');
  expect(await audited(id)).toEqual([{ state: 'failed', step: 'read' }]);
  backend.worker.script = null;
  await resumePreparations(backend.deps);
  expect(await servingOf(id)).toEqual(before);
  const after = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } });
  expect({ ...after, throwAway: null }).toEqual({ ...prepared, throwAway: null });
});

it('a test without a worker ends, and the next one can begin', async () => {
  const { id } = await client.addActive(module);
  backend.worker.online = false;
  expect(await test(id)).toMatchObject({ state: 'failed', step: 'read' });
  backend.worker.online = true;
  expect(await test(id)).toMatchObject({ state: 'passed' });
});

it('a second test is refused while one runs, and one without a module', async () => {
  const { id } = await client.addActive(module);
  await testProvider(backend.deps, admin, id);
  await expect(testProvider(backend.deps, admin, id)).rejects.toMatchObject({ code: 6001, status: 409 });
  await ended(id);
  const draft = await client.add();
  await expect(testProvider(backend.deps, admin, draft.id)).rejects.toMatchObject({ code: 8021 });
});
