import { SecretsPageQuery } from '@secret-store/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { listSecretsPage } from './list-secrets-page.ts';

const admin = { userId: 'admin', username: 'admin', role: 'admin' } as const;
const maria = { userId: 'maria', username: 'maria', role: 'user' } as const;
const dayMilliseconds = 86_400_000;

let backend: TestBackend;
let algorithmId: string;
let foreignId: string;

const add = async (owner: string, name: string, text: string) => {
  const { id } = (await backend.asAdministrator('POST', '/v1/algorithms', { owner, name })).json as { id: string };
  await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets/import`, { text, apply: true });
  return id;
};
const page = async (query: Partial<SecretsPageQuery> = {}, actor: typeof admin | typeof maria = admin) => {
  const found = await listSecretsPage(backend.deps, actor, algorithmId, SecretsPageQuery.parse(query));
  return { ...found, names: found.results.map(({ secret_key }) => secret_key) };
};
const found = async (query: Partial<SecretsPageQuery>) => (await page(query)).names;

/** A UUID of version 7, whose first 48 bits are the time. */
const daysAgo = (days: number): string => new Date(Date.now() - days * dayMilliseconds).toISOString();
const idOfAge = (days: number): string => {
  const hex = (Date.now() - days * dayMilliseconds).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

beforeAll(async () => {
  backend = await startTestBackend();
  await backend.asAdministrator('POST', '/v1/admin/users', { username: 'maria', password: 'a-password', role: 'user' });
  algorithmId = await add('maria', 'model', Array.from({ length: 120 }, (_, at) => `KEY_${at}=hunter2`).join('\n'));
  foreignId = await add('admin', 'foreign', 'ELSEWHERE=x');
});
afterAll(() => backend.close());

describe('the list of secrets', () => {
  it('has pages of a known total, each secret once, numbers by their size, and the last page for any after it', async () => {
    const pages = [await page(), await page({ page: 2 }), await page({ page: 3 })];
    expect(pages.flatMap(({ names }) => names)).toEqual(Array.from({ length: 120 }, (_, at) => `KEY_${at}`));
    expect(await page({ page: 99 })).toMatchObject({ page: 3, size: 50, total: 120, ofAlgorithm: 120 });
    expect(await page({ search: 'nothing' })).toMatchObject({ page: 1, total: 0, ofAlgorithm: 120, results: [] });
  });

  it('says who changed each secret, and has neither values nor secrets of another algorithm', async () => {
    const first = await page();
    expect(new Set(first.results.map(({ changedBy }) => changedBy))).toEqual(new Set(['admin']));
    expect(first.providerIds).toEqual([first.results[0]?.provider_id]);
    expect(JSON.stringify(first)).not.toContain('hunter2');
    expect(await found({ search: 'ELSEWHERE' })).toEqual([]);
  });

  it('is found by variable, display name and description, with a % and a _ as themselves', async () => {
    const [{ id } = { id: '' }] = (await page({ search: 'key_7' })).results;
    const about = { short_name: 'Billing', description: 'Of team 100%' };
    await backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/secrets/${id}`, about);
    for (const search of ['billing', '100%']) expect(await found({ search })).toEqual(['KEY_7']);
    expect(await found({ search: 'KEY_11' })).toEqual([
      'KEY_11',
      ...Array.from({ length: 10 }, (_, at) => `KEY_11${at}`),
    ]);
    expect(await found({ search: 'KEY%11' })).toEqual([]);
    expect(await found({ order: 'updated', search: 'KEY' })).toHaveLength(50);
    expect((await found({ order: 'updated' }))[0]).toBe('KEY_7');
    expect((await found({ order: 'name' }))[0]).toBe('KEY_7');
  });

  it('is found by provider', async () => {
    const { providerIds, names } = await page({ order: 'provider' });
    expect(names[9]).toBe('KEY_9');
    expect(await page({ providerId: providerIds[0] })).toMatchObject({ total: 120 });
    expect(await page({ providerId: algorithmId })).toMatchObject({ total: 0, ofAlgorithm: 120 });
  });

  it('is for those who may read the algorithm', async () => {
    expect((await page({}, maria)).total).toBe(120);
    await expect(listSecretsPage(backend.deps, maria, foreignId, SecretsPageQuery.parse({}))).rejects.toMatchObject({
      code: 2001,
    });
  });

  it('calls a value old by the time of its making, and never one that is referred to', async () => {
    const { prisma } = backend.deps.db;
    const totals: number[] = [];
    for (const [at, days] of [89, 91, 200].entries()) {
      await prisma.secret.updateMany({ where: { environmentVariable: `KEY_${at}` }, data: { valueId: idOfAge(days) } });
    }
    totals.push((await page({ unchangedSince: daysAgo(90) })).total);
    await prisma.secret.updateMany({ where: { environmentVariable: 'KEY_2' }, data: { reference: 'kept/by/others' } });
    totals.push((await page({ unchangedSince: daysAgo(90) })).total);
    expect(totals).toEqual([2, 1]);
    // rows that somebody else wrote are counted, and not shown
    expect(await found({ unchangedSince: daysAgo(90) })).toEqual([]);
  });
});
