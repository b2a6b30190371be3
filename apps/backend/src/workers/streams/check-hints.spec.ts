import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openBackendFixture, type BackendFixture } from '../../secrets/testing/backend-fixture.ts';
import { lookForChecks, startCheckHints } from './check-hints.ts';

let store: BackendFixture;
let told: string[][];
let arrived: () => void;
const streams = {
  isEmpty: false,
  tellOfChecks: (poolIds: ReadonlySet<string>) => {
    told.push([...poolIds]);
    arrived();
  },
};

beforeAll(async () => {
  store = await openBackendFixture();
});
afterAll(() => store.close());
beforeEach(async () => {
  told = [];
  arrived = () => undefined;
  streams.isEmpty = false;
  await store.deps.db.prisma.workerCheck.deleteMany();
});

const ask = (takenAt: Date | null = null) =>
  store.deps.db.prisma.workerCheck.create({
    data: { id: uuid(), poolId: store.deps.pools.firstPoolId, task: {}, takenAt },
  });
const look = () => lookForChecks({ db: store.deps.db, streams });

it('tells of questions that nobody has taken, once a pool', async () => {
  await look();
  await ask(new Date());
  await look();
  expect(told).toEqual([]);
  await ask();
  await ask();
  await look();
  expect(told).toEqual([[store.deps.pools.firstPoolId]]);
});

it('a backend without streams does not look', async () => {
  await ask();
  streams.isEmpty = true;
  await look();
  expect(told).toEqual([]);
});

it('looks when another backend asked, and also where that notice is lost', async () => {
  let notice = (): void => undefined;
  const hints = startCheckHints({
    db: store.deps.db,
    streams,
    notices: {
      on: (_notice, look) => {
        notice = look;
      },
    },
  });
  const next = () =>
    new Promise<void>((resolve) => {
      arrived = resolve;
    });
  await ask();
  notice();
  await next();
  // by itself
  await next();
  await hints.stop();
  expect(new Set(told.flat())).toEqual(new Set([store.deps.pools.firstPoolId]));
});
