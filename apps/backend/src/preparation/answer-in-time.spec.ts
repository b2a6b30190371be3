import type { ModuleUploadResult } from '@secret-store/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { answerInTime } from './answer-in-time.ts';
import { moduleArchive } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

it('an upload that takes longer than an answer may is answered as waiting, and goes on', async () => {
  const { id } = await providerClient(backend).addActive(await moduleArchive());
  const { sha256 } = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } });
  let finish: (result: ModuleUploadResult) => void = () => undefined;
  const work = new Promise<ModuleUploadResult>((resolve) => (finish = resolve));
  const answer = await answerInTime(backend.deps, { providerId: id, sha256 }, work, 10);
  expect(answer).toMatchObject({ sha256, state: 'waiting', message: expect.stringContaining('still being tested') });
  finish({ sha256, state: 'active', step: 'active', message: '' });
  expect(await answerInTime(backend.deps, { providerId: id, sha256 }, work, 10)).toMatchObject({ state: 'active' });
});
