import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { secretRequest } from './testing/secret-request.ts';

const statementsMaximum = 8;
/** the audit is chained over connections of another name, after the answer */
const counted = ['secret-store', 'secret-store writes', 'secret-store locks', 'secret-store lock'];

const Connection = z.object({ connectionParameters: z.object({ application_name: z.string().nullish() }) });
const Query = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]);
const Identified = z.object({ id: z.string() });

/** Calls through, and remembers every statement that a connection of this process sends. */
const query = vi.spyOn(pg.Client.prototype, 'query');
let backend: TestBackend;
let key: string;
let secretsPath: string;
let algorithmId: string;

beforeAll(async () => {
  backend = await startTestBackend();
  key = await backend.addUser('ada');
  algorithmId = await idOf('POST', '/v1/algorithms', { owner: 'ada', name: 'counted' });
  secretsPath = `/v1/algorithms/${algorithmId}/secrets`;
  // whatever is read once and remembered
  const id = await create('FIRST');
  await update(id);
  await remove(id);
});
afterAll(async () => {
  await backend.close();
  query.mockRestore();
});

const call = async (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
  const headers = { authorization: `Simple ${key}` };
  const answer = await backend.request({ method, url, headers, ...(payload && { payload }) });
  expect([200, 204], answer.text).toContain(answer.status);
  return answer;
};
const idOf = async (...request: Parameters<typeof call>) => Identified.parse((await call(...request)).json).id;

const create = (variable: string) => idOf('POST', secretsPath, secretRequest(algorithmId, variable, 'a value'));
const update = (id: string) =>
  call('PUT', `${secretsPath}/${id}`, { short_name: 'Renamed', description: '', secret_value: 'another value' });
const remove = (id: string) => call('DELETE', `${secretsPath}/${id}`);

const isCounted = (client: unknown): boolean =>
  counted.includes(Connection.parse(client).connectionParameters.application_name ?? '');

/** What PostgreSQL got for a request, BEGIN and COMMIT left out. */
const statementsOf = async (request: () => Promise<unknown>): Promise<readonly string[]> => {
  query.mockClear();
  await request();
  const { calls, contexts } = query.mock;
  return calls
    .flatMap(([statement], index) => (isCounted(contexts[index]) ? [Query.parse(statement)] : []))
    .filter((text) => text !== 'BEGIN' && text !== 'COMMIT');
};

it(`an internal secret is created, updated and deleted with at most ${statementsMaximum} statements each`, async () => {
  let id = '';
  const statements = {
    create: await statementsOf(async () => (id = await create('SECOND'))),
    update: await statementsOf(() => update(id)),
    delete: await statementsOf(() => remove(id)),
  };
  for (const [write, texts] of Object.entries(statements)) {
    expect(texts.length, `${write}:\n${texts.join('\n')}`).toBeGreaterThan(0);
    expect.soft(texts.length, `${write}:\n${texts.join('\n')}`).toBeLessThanOrEqual(statementsMaximum);
  }
});
