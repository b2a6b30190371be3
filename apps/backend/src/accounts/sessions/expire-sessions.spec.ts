import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { expireSessions } from './expire-sessions.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

it('a session that is over is forgotten, a living one is not, and a row that is put back counts for nothing', async () => {
  const { deps, administrator } = backend;
  const { username, password } = administrator;
  const signedIn = await backend.request({
    method: 'POST',
    url: '/api/trpc/session.signIn',
    payload: { username, password },
  });
  expect(signedIn.status).toBe(200);
  const living = () => [...deps.ledger.memory.living('session')].length;
  await expireSessions(deps, new Date());
  expect(living()).toBe(1);
  const [row] = await deps.db.prisma.session.findMany();
  if (row === undefined) throw new Error('there is no session');
  await expireSessions(deps, new Date(row.expiresAt.getTime() + 1));
  expect([living(), await deps.db.prisma.session.count()]).toEqual([0, 0]);
  await deps.db.prisma.session.create({ data: row });
  expect(await deps.ledger.find('session', { id: row.id })).toEqual([]);
});
