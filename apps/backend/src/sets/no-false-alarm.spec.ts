import { type Algorithm, type AlgorithmSecret, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Dependencies } from '../dependencies.ts';
import { startChaining } from '../ledger/chaining.ts';
import { openTestLedger } from '../ledger/testing/open-test-ledger.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { listSecrets } from '../secrets/list-secrets.ts';
import { removeSecret } from '../secrets/removing/remove-secret.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
import { readAsWorker } from '../secrets/testing/read-as-worker.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { openTestDependencies } from '../secrets/testing/test-dependencies.ts';
import { updateSecret } from '../secrets/update-secret.ts';
import { tellRefusals } from '../startup/tell-refusals.ts';

let opened: StoreWithVault;
let algorithm: Algorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
});
afterAll(() => opened.close());
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
});

const create = (deps: Dependencies, variable: string, provider_id = internalProviderId): Promise<AlgorithmSecret> =>
  createSecret(deps, admin, algorithm.id, secretRequest(algorithm.id, variable, 'v', { provider_id }));
const update = (deps: Dependencies, { id }: AlgorithmSecret, request: { short_name: string; secret_value?: string }) =>
  updateSecret(deps, admin, algorithm.id, id, { description: '', ...request });
const remove = (deps: Dependencies, { id }: AlgorithmSecret) => removeSecret(deps, admin, algorithm.id, id);
const list = async (deps: Dependencies) => (await listSecrets(deps, admin, algorithm.id)).results;

/** Nobody wrote the database but backends, and none of them says otherwise; what they remember is what they chained. */
const expectNoAlarm = async (backends: readonly Dependencies[]) => {
  for (const { ledger } of backends) await ledger.flush();
  for (const { ledger } of backends) await ledger.flush();
  const another = await openTestLedger(opened.store.deps);
  const { chain, memory } = another.ledger;
  expect(chain.state).toEqual({ state: 'whole' });
  for (const { ledger } of backends) {
    expect(ledger.chain.head).toEqual(chain.head);
    for (const kind of ['set', 'secret', 'intent', 'algorithm']) {
      expect(new Set(ledger.memory.living(kind))).toEqual(new Set(memory.living(kind)));
    }
  }
  await another.close();
  const { prisma } = opened.store.deps.db;
  expect(await prisma.auditEvent.count({ where: { action: 'row.refuse' } })).toBe(0);
  expect([...memory.living('secret')]).toHaveLength(await prisma.secret.count());
  expect([...memory.living('intent')]).toHaveLength(await prisma.writeIntent.count());
};

it('120 deletions beside updates of one algorithm, by two backends, are no tampering', async () => {
  const { store, vaultId } = opened;
  const second = await openTestDependencies({ ...store, log: () => undefined });
  tellRefusals(second);
  const backends = [store.deps, second];
  const chaining = backends.map((deps) => startChaining(deps));
  const [byFirst, bySecond] = [await create(store.deps, 'FIRST'), await create(second, 'SECOND', vaultId)];

  let isOver = false;
  const whileDeleting = async (work: (round: number) => Promise<unknown>) => {
    for (let round = 0; !isOver; round += 1) await work(round);
  };
  /** The secret is created by one backend, described by the other, and removed by either. */
  const createAndRemove = async (client: number) => {
    const [one, two] = client % 2 === 0 ? [store.deps, second] : [second, store.deps];
    for (let round = 0; round < 30; round += 1) {
      const secret = await create(one, `OF_${client}`, round % 2 === 0 ? vaultId : internalProviderId);
      if (round % 3 === 0) await update(two, secret, { short_name: `Of ${client} and ${round}` });
      await remove(round % 4 < 2 ? one : two, secret);
    }
  };
  const others = [
    whileDeleting((round) => update(store.deps, byFirst, { short_name: 'First', secret_value: `v${round}` })),
    whileDeleting((round) => update(second, bySecond, { short_name: 'Second', secret_value: `v${round}` })),
    whileDeleting((round) => update(second, byFirst, { short_name: `First ${round}` })),
    whileDeleting(() => list(second)),
    whileDeleting(() => readAsWorker({ ...store, deps: second }, algorithm)),
  ];
  await Promise.all([0, 1, 2, 3].map(createAndRemove)).finally(() => (isOver = true));
  await Promise.all(others);

  for (const chained of chaining) await chained.stop();
  await expectNoAlarm(backends);
  expect((await list(second)).map(({ secret_key }) => secret_key)).toEqual(['FIRST', 'SECOND']);
  await second.db.close();
});

it('a list that writes overtake shows what is now', async () => {
  const { deps } = opened.store;
  const [going, staying] = [await create(deps, 'GOING'), await create(deps, 'STAYING')];
  const overtaken = deps.db.prisma.$extends({
    query: {
      secret: {
        findMany: async ({ args, query }) => {
          const rows = await query(args);
          await remove(deps, going);
          await update(deps, staying, { short_name: 'Changed' });
          return rows;
        },
      },
    },
  });
  // a hook around one query is all that was added; Prisma gives the result another type
  const hooked = { ...deps, db: { ...deps.db, prisma: overtaken as unknown as typeof deps.db.prisma } };
  expect((await list(hooked)).map(({ short_name }) => short_name)).toEqual(['Changed']);
  await expectNoAlarm([deps]);
});

it('a secret that another backend removed is not there, and is not missing', async () => {
  const { store, vaultId } = opened;
  const second = await openTestDependencies({ ...store, log: () => undefined });
  tellRefusals(second);
  for (const providerId of [internalProviderId, vaultId]) {
    const secret = await create(store.deps, 'A', providerId);
    await list(second);
    // changes no set: the second backend has no other reason to ask what else is new
    await update(store.deps, secret, { short_name: 'Described' });
    await remove(second, secret);
    for (const deps of [store.deps, second]) {
      const error: unknown = await update(deps, secret, { short_name: 'Again' }).catch((refusal: unknown) => refusal);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ code: 8008 });
    }
  }
  await expectNoAlarm([store.deps, second]);
  await second.db.close();
});
