import { SecretVersionList } from '@secret-store/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf, type Person } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let ada: Person;
let secrets: string;

const Created = z.object({ id: z.uuid(), default_secret_value_id: z.uuid() });

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  ada = await people.add('ada');
  const algorithm = await people.call(ada.headers, 'POST', '/v1/algorithms', { owner: 'ada', name: 'model' });
  secrets = `/v1/algorithms/${Created.pick({ id: true }).parse(algorithm.json).id}/secrets`;
});
afterAll(() => backend.close());

const create = async (secret_key: string) => {
  const about = { owner_type: 'algorithm', owner_id: secrets.split('/')[3], short_name: secret_key };
  const answer = await people.call(ada.headers, 'POST', secrets, { ...about, secret_key, secret_value: 'first value' });
  return Created.parse(answer.json);
};
const update = async (id: string, headers = ada.headers, more: Record<string, unknown> = { secret_value: 'another' }) =>
  Created.parse((await people.call(headers, 'PUT', `${secrets}/${id}`, { short_name: 'Name', ...more })).json);

it('lists each version with its time and who saved it, newest first, and no value', async () => {
  const first = await create('KEY');
  const second = await update(first.id, people.administrator);
  // a new description is no new version
  await update(first.id, ada.headers, { description: 'changed' });
  const answer = await people.call(ada.headers, 'GET', `${secrets}/${first.id}/versions`);
  const byAda = { type: 'user', id: expect.any(String), name: 'ada' };
  expect(answer.json).toEqual({
    results: [
      {
        ...{ id: second.default_secret_value_id, version: 2, created: expect.any(String) },
        actor: { ...byAda, name: backend.administrator.username },
      },
      { id: first.default_secret_value_id, version: 1, created: expect.any(String), actor: byAda },
    ],
  });
  expect(answer.text).not.toMatch(/first value|another/);
});

it('is for who may read the algorithm, and only of its own secrets', async () => {
  const { id } = await create('OTHER');
  const bob = await people.add('bob');
  const url = `${secrets}/${id}/versions`;
  expect((await people.call(bob.headers, 'GET', url)).code).toBe(2001);
  expect((await people.call({}, 'GET', url)).code).toBe(2000);
  const other = await people.call(ada.headers, 'POST', '/v1/algorithms', { owner: 'ada', name: 'second' });
  const elsewhere = `/v1/algorithms/${Created.pick({ id: true }).parse(other.json).id}/secrets/${id}/versions`;
  expect((await people.call(ada.headers, 'GET', elsewhere)).code).toBe(8008);
});

it('shows no version that the secret does not have, whatever is written beside its rows', async () => {
  const { id } = await create('PLANTED');
  await backend.deps.db.pool.query(
    `INSERT INTO secret_version (id, "secretId", version) VALUES (gen_random_uuid(), $1::uuid, 7)`,
    [id],
  );
  const { json } = await people.call(ada.headers, 'GET', `${secrets}/${id}/versions`);
  expect(SecretVersionList.parse(json).results.map(({ version }) => version)).toEqual([1]);
});
