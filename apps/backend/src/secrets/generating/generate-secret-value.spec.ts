import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { generateValue } from '../secret-value.ts';

let backend: TestBackend;
let url: string;
let algorithmId: string;

beforeAll(async () => {
  backend = await startTestBackend();
  const { json } = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'generated' });
  algorithmId = (json as { id: string }).id;
  url = `/v1/algorithms/${algorithmId}/secrets`;
});
afterAll(() => backend.close());

const create = (more: object) =>
  backend.asAdministrator('POST', url, {
    ...{ short_name: 'Token', owner_type: 'algorithm', owner_id: algorithmId, secret_key: 'TOKEN' },
    ...more,
  });

it('uses every character of its alphabet, and no other', () => {
  const value = generateValue({ length: 4_096, alphabet: 'abcdefghij' });
  expect([...new Set(value)].toSorted().join('')).toBe('abcdefghij');
  expect(value).toHaveLength(4_096);
});

it('is made for a new secret and for one that is there, which keeps its name', async () => {
  const created = await create({ generate: { length: 32 } });
  expect(created).toMatchObject({ status: 200, json: { secret_key: 'TOKEN' } });
  const { id, default_secret_value_id: before } = created.json as { id: string; default_secret_value_id: string };
  const again = await backend.asAdministrator('POST', `${url}/${id}/generate`, { length: 16, alphabet: '0123456789' });
  expect(again).toMatchObject({ status: 200, json: { id, short_name: 'Token' } });
  expect((again.json as { default_secret_value_id: string }).default_secret_value_id).not.toBe(before);
});

it.each([
  ['together with a value', { generate: { length: 32 }, secret_value: 'x' }],
  ['too short', { generate: { length: 7 } }],
  ['of few characters', { generate: { length: 32, alphabet: 'aaaaaaaaaab' } }],
])('is refused %s', async (_, more) => {
  expect(await create({ ...more, secret_key: 'OTHER', short_name: 'Other' })).toMatchObject({
    status: 400,
    code: 8001,
  });
});
