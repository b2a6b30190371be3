import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { algorithmHistory } from './algorithm-history.ts';

const admin = { userId: 'admin', username: 'admin', role: 'admin' } as const;
const maria = { userId: 'maria', username: 'maria', role: 'user' } as const;

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
  await backend.asAdministrator('POST', '/v1/admin/users', { username: 'maria', password: 'a-password', role: 'user' });
});
afterAll(() => backend.close());

const add = async (owner: string, name: string, text: string) => {
  const { id } = (await backend.asAdministrator('POST', '/v1/algorithms', { owner, name })).json as { id: string };
  await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets/import`, { text, apply: true });
  return id;
};

it('says what was changed, newest first, without values, and of no other algorithm', async () => {
  const id = await add('maria', 'model', 'ONE=hunter2-one\nTWO=hunter2-two');
  await add('maria', 'other', 'ELSEWHERE=x');
  await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets/import`, { text: 'ONE=hunter2', apply: true });
  const history = await algorithmHistory(backend.deps, admin, { algorithmId: id });
  expect(history.events.map(({ action, subject: { name } }) => `${action} ${name}`)).toEqual([
    'secret.update ONE',
    'secret.create TWO',
    'secret.create ONE',
    expect.stringMatching(/^algorithm\.create /),
  ]);
  expect(JSON.stringify(history)).not.toContain('hunter2');
});

it('is for those who may read the algorithm, and gives addresses to nobody else than who reads the audit', async () => {
  const id = await add('maria', 'addressed', 'ONE=x');
  const foreign = await add('admin', 'foreign', 'ONE=x');
  const addresses = async (actor: typeof admin | typeof maria) =>
    new Set((await algorithmHistory(backend.deps, actor, { algorithmId: id })).events.map(({ address }) => address));
  expect(await addresses(admin)).toEqual(new Set(['127.0.0.1']));
  expect(await addresses(maria)).toEqual(new Set([null]));
  await expect(algorithmHistory(backend.deps, maria, { algorithmId: foreign })).rejects.toMatchObject({ code: 2001 });
});
