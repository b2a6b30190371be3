import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySet } from '@secret-store/sealing';
import { ada, admin, openBackendFixture, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { createAlgorithm } from './create-algorithm.ts';
import { listAlgorithms } from './list-algorithms.ts';
import { removeAlgorithm } from './remove-algorithm.ts';

let store: BackendFixture;
beforeAll(async () => {
  store = await openBackendFixture();
});
afterAll(() => store.close());

const signedSets = (algorithmId: string) =>
  store.deps.db.prisma.signedSet.findMany({ where: { algorithmId }, orderBy: { number: 'asc' } });

describe('creating an algorithm', () => {
  it('signs its first set, which is empty', async () => {
    const { id } = await createAlgorithm(store.deps, ada, { owner: 'ada', name: 'first' });
    const [set] = await signedSets(id);
    expect(verifySet(set?.envelope, store.deps.keys.verificationKey)).toEqual({
      algorithmId: id,
      owner: 'ada',
      name: 'first',
      number: 1,
      previous: null,
      pools: [store.deps.pools.firstPoolId],
      secrets: [],
    });
  });

  it('refuses a user another owner with 2001, and makes nothing', async () => {
    await expect(createAlgorithm(store.deps, ada, { owner: 'bob', name: 'other' })).rejects.toMatchObject({
      code: 2001,
      status: 403,
    });
    expect(await store.deps.db.prisma.algorithm.count({ where: { owner: 'bob' } })).toBe(0);
  });

  it('allows an administrator an owner without an account', async () => {
    const created = await createAlgorithm(store.deps, admin, { owner: 'nobody-yet', name: 'model' });
    expect(await authorisedAlgorithm(store.deps, admin, 'algorithms.read', { id: created.id })).toEqual(created);
  });

  it('refuses a taken name with 1002, also when two ask at once', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => createAlgorithm(store.deps, ada, { owner: 'ada', name: 'once' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(createAlgorithm(store.deps, admin, { owner: 'ada', name: 'once' })).rejects.toMatchObject({
      code: 1002,
      status: 409,
    });
  });
});

describe('finding an algorithm', () => {
  it('answers 1000 for an unknown id, for what is no id, and for an unknown name', async () => {
    const unknown = '00000000-0000-7000-8000-00000000dead';
    await expect(authorisedAlgorithm(store.deps, admin, 'algorithms.read', { id: unknown })).rejects.toMatchObject({
      code: 1000,
      status: 404,
    });
    await expect(authorisedAlgorithm(store.deps, admin, 'algorithms.read', { id: 'no-id' })).rejects.toMatchObject({
      code: 1000,
    });
    await expect(
      authorisedAlgorithm(store.deps, admin, 'algorithms.read', { owner: 'ada', name: 'unknown' }),
    ).rejects.toMatchObject({ code: 1000 });
    await expect(removeAlgorithm(store.deps, admin, unknown)).rejects.toMatchObject({ code: 1000 });
  });

  it('answers 2001 for somebody else’s, and removes nothing', async () => {
    const { id } = await createAlgorithm(store.deps, admin, { owner: 'carol', name: 'hers' });
    await expect(authorisedAlgorithm(store.deps, ada, 'algorithms.read', { id: id })).rejects.toMatchObject({
      code: 2001,
    });
    await expect(
      authorisedAlgorithm(store.deps, ada, 'algorithms.read', { owner: 'carol', name: 'hers' }),
    ).rejects.toMatchObject({ code: 2001 });
    await expect(removeAlgorithm(store.deps, ada, id)).rejects.toMatchObject({ code: 2001 });
    expect(
      await authorisedAlgorithm(store.deps, admin, 'algorithms.read', { owner: 'carol', name: 'hers' }),
    ).toMatchObject({ id });
  });

  it('forgets a removed one, with its sets', async () => {
    const { id } = await createAlgorithm(store.deps, ada, { owner: 'ada', name: 'short-lived' });
    await removeAlgorithm(store.deps, ada, id);
    await expect(authorisedAlgorithm(store.deps, ada, 'algorithms.read', { id: id })).rejects.toMatchObject({
      code: 1000,
    });
    expect(await signedSets(id)).toEqual([]);
  });
});

describe('listing algorithms', () => {
  beforeAll(async () => {
    for (const owner of ['page-b', 'page-a', 'page-_']) {
      for (const name of ['two', 'one', 'one-more', 'one_more'])
        await createAlgorithm(store.deps, admin, { owner, name });
    }
  });

  const everyPage = async (query: { owner?: string; limit: string }) => {
    const names: string[] = [];
    for (let marker: string | undefined; ;) {
      const page = await listAlgorithms(store.deps, admin, { ...query, ...(marker === undefined ? {} : { marker }) });
      expect(page.results.length).toBeLessThanOrEqual(Number(query.limit));
      names.push(...page.results.map(({ owner, name }) => `${owner}/${name}`));
      if (page.marker === null) return names;
      marker = page.marker;
    }
  };

  it('gives each once, in byte order, over pages of any size', async () => {
    const all = await everyPage({ limit: '100' });
    expect(all).toEqual([...all].sort());
    expect(all.filter((name) => name.startsWith('page-'))).toHaveLength(12);
    for (const limit of ['1', '3', '5']) expect(await everyPage({ limit })).toEqual(all);
  });

  it('keeps to one owner where one is named', async () => {
    expect(await everyPage({ owner: 'page-a', limit: '3' })).toEqual([
      'page-a/one',
      'page-a/one-more',
      'page-a/one_more',
      'page-a/two',
    ]);
  });

  it('shows a user its own only, and refuses it another owner', async () => {
    const { results } = await listAlgorithms(store.deps, ada, {});
    expect(new Set(results.map(({ owner }) => owner))).toEqual(new Set(['ada']));
    await expect(listAlgorithms(store.deps, ada, { owner: 'page-a' })).rejects.toMatchObject({ code: 2001 });
  });

  it.each(['0', '101', '-1', '1.5', 'ten', '', '9999999999'])('refuses the limit "%s" with 5003', async (limit) => {
    await expect(listAlgorithms(store.deps, admin, { limit })).rejects.toMatchObject({ code: 5003, status: 400 });
  });

  it.each(['', 'x', '!!!', 'bnVsbA', 'WyJhIl0', 'WyJhIiwxXQ'])('refuses the marker "%s" with 5002', async (marker) => {
    await expect(listAlgorithms(store.deps, admin, { marker })).rejects.toMatchObject({ code: 5002, status: 400 });
  });
});
