import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAudit } from '../audit/list-audit.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { auditedPlaces } from './audited-places.ts';

const admin = { userId: 'admin', username: 'admin', role: 'admin' } as const;
const maria = { userId: 'maria', username: 'maria', role: 'user' } as const;

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

const add = async (owner: string, name: string, text: string) => {
  const { id } = (await backend.asAdministrator('POST', '/v1/algorithms', { owner, name })).json as { id: string };
  await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets/import`, { text, apply: true });
  return id;
};
const secretIds = async (id: string) => {
  const { json } = await backend.asAdministrator('GET', `/v1/algorithms/${id}/secrets`);
  return (json as { results: { id: string }[] }).results.map((secret) => secret.id);
};
const placesFor = async (actor: typeof admin | typeof maria) => {
  await backend.deps.ledger.flush();
  const { results } = await listAudit(backend.deps, { limit: '100' });
  return auditedPlaces(backend.deps, actor, results);
};

it('says of a secret where it is, also when it is gone, and nothing of an algorithm that is gone', async () => {
  const id = await add('maria', 'model', 'KEPT=hunter2\nGONE=hunter2');
  const [gone = '', kept = ''] = await secretIds(id);
  const removed = await add('maria', 'removed', 'WITH=hunter2');
  const [within = ''] = await secretIds(removed);
  await backend.asAdministrator('DELETE', `/v1/algorithms/${id}/secrets/${gone}`);
  await backend.asAdministrator('DELETE', `/v1/algorithms/${removed}`);
  const places = await placesFor(admin);
  expect(places[id]).toEqual({ type: 'algorithm', owner: 'maria', name: 'model' });
  expect(places[kept]).toEqual({ type: 'secret', owner: 'maria', name: 'model', variable: 'KEPT' });
  expect(places[gone]).toEqual({ type: 'secret', owner: 'maria', name: 'model', variable: null });
  expect([places[removed], places[within]]).toEqual([undefined, undefined]);
});

it('says nothing of what the reader may not see', async () => {
  const own = await add('maria', 'own', 'ONE=x');
  const foreign = await add('fraud', 'scorer', 'ONE=x');
  const [within = ''] = await secretIds(foreign);
  const places = await placesFor(maria);
  expect(places[own]).toBeDefined();
  expect([places[foreign], places[within]]).toEqual([undefined, undefined]);
  const kinds = (found: typeof places) => new Set(Object.values(found).map(({ type }) => type));
  expect(kinds(await placesFor(admin))).toEqual(new Set(['algorithm', 'secret', 'provider', 'worker']));
  expect(kinds(places)).toEqual(new Set(['algorithm', 'secret']));
});
