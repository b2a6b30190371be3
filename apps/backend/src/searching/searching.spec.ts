import type { AlgorithmSearchPage, SecretSearchPage } from '@secret-store/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { searchAlgorithms } from './search-algorithms.ts';
import { searchSecrets } from './search-secrets.ts';

const admin = { userId: 'admin', username: 'admin', role: 'admin' } as const;
const maria = { userId: 'maria', username: 'maria', role: 'user' } as const;

let backend: TestBackend;

const add = async (owner: string, name: string, text: string) => {
  const { id } = (await backend.asAdministrator('POST', '/v1/algorithms', { owner, name })).json as { id: string };
  if (text !== '') await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets/import`, { text, apply: true });
  return id;
};
const algorithms = async (
  search: string | undefined,
  more: object = {},
  actor: typeof admin | typeof maria = admin,
) => {
  const found = await searchAlgorithms(backend.deps, actor, { search, sort: 'name', page: 1, ...more });
  return { ...found, names: found.results.map(({ owner, name }) => `${owner}/${name}`) };
};
const secrets = async (query: object, actor: typeof admin | typeof maria = admin) => {
  const found: SecretSearchPage = await searchSecrets(backend.deps, actor, query);
  return { ...found, names: found.results.map(({ secret_key, algorithm }) => `${algorithm.name}: ${secret_key}`) };
};

beforeAll(async () => {
  backend = await startTestBackend();
  for (const username of ['maria', 'fraud']) {
    await backend.asAdministrator('POST', '/v1/admin/users', { username, password: 'a-password', role: 'user' });
  }
  await add('maria', 'model', 'STRIPE_KEY=x\nSTRIPE_SECRET=x');
  await add('fraud', 'scorer', 'STRIPE_KEY=x');
  for (let index = 10; index < 35; index += 1) await add('fraud', `batch-${index}`, '');
});
afterAll(() => backend.close());

describe('a search over algorithms', () => {
  it('finds parts of owner, name and variable, in any case, and says which variables', async () => {
    expect((await algorithms('MAR')).names).toEqual(['maria/model']);
    expect((await algorithms('ria/mod')).names).toEqual(['maria/model']);
    const { names, results } = await algorithms('stripe');
    expect(names).toEqual(['fraud/scorer', 'maria/model']);
    expect(results.map(({ variables, secrets: count }) => [variables, count])).toEqual([
      [['STRIPE_KEY'], 1],
      [['STRIPE_KEY', 'STRIPE_SECRET'], 2],
    ]);
  });

  it('can be of one owner alone, by the whole name', async () => {
    expect((await algorithms('stripe', { owner: 'fraud' })).names).toEqual(['fraud/scorer']);
    expect((await algorithms(undefined, { owner: 'frau' })).total).toBe(0);
    expect((await algorithms(undefined, { owner: 'fraud' }, maria)).total).toBe(0);
  });

  it('takes a % and a _ for what they are', async () => {
    expect((await algorithms('%')).names).toEqual([]);
    expect((await algorithms('stripe%key')).names).toEqual([]);
    expect((await algorithms('stripe_s')).names).toEqual(['maria/model']);
  });

  it('has pages of a known total, and can begin with what was updated last', async () => {
    const first = await algorithms('batch');
    const second = await algorithms('batch', { page: 2 });
    expect([first.total, first.results.length, second.results.length]).toEqual([25, 20, 5]);
    expect(new Set([...first.names, ...second.names]).size).toBe(25);
    expect((await algorithms(undefined, { sort: 'modified' })).names[0]).toBe('fraud/batch-34');
  });

  it('shows people nothing but their own, also where a row was given to them in the database', async () => {
    expect((await algorithms(undefined, {}, maria)).names).toEqual(['maria/model']);
    expect((await algorithms('stripe', {}, maria)).names).toEqual(['maria/model']);
    const id = await add('fraud', 'stolen', 'PLANTED=x');
    await backend.deps.db.prisma.algorithm.update({ where: { id }, data: { owner: 'maria' } });
    expect((await algorithms(undefined, {}, maria)).names).toEqual(['maria/model']);
    expect((await secrets({ search: 'PLANTED' }, maria)).names).toEqual([]);
  });
});

describe('a search over secrets', () => {
  it('finds them in all algorithms that one may see, and never has a value', async () => {
    const found = await secrets({ search: 'key' });
    expect(found.names.toSorted()).toEqual(['model: STRIPE_KEY', 'scorer: STRIPE_KEY']);
    expect(found.total).toBe(2);
    expect((await secrets({ search: 'key' }, maria)).names).toEqual(['model: STRIPE_KEY']);
    expect(Object.keys(found.results[0] ?? {})).not.toContain('secret_value');
  });

  it('comes in pages that neither repeat nor leave out', async () => {
    const names: string[] = [];
    let marker: string | null = null;
    do {
      const page: SecretSearchPage = await searchSecrets(backend.deps, admin, {
        ...{ search: 'STRIPE', limit: '1' },
        ...(marker !== null && { marker }),
      });
      names.push(...page.results.map(({ id }) => id));
      marker = page.marker;
    } while (marker !== null);
    expect([names.length, new Set(names).size]).toEqual([3, 3]);
  });

  it('is a call of the API, which refuses strangers and unknown parameters', async () => {
    const { status, json } = await backend.asAdministrator('GET', '/v1/secrets?search=stripe_s');
    expect({ status, total: (json as AlgorithmSearchPage).total }).toEqual({ status: 200, total: 1 });
    expect((await backend.request({ url: '/v1/secrets' })).status).toBe(401);
    expect((await backend.asAdministrator('GET', '/v1/secrets?marker=none')).code).toBe(5002);
  });
});
