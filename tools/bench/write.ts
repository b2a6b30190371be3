// What a write of an internal value costs beside a bare INSERT that commits in the same PostgreSQL, seen by its clients.
import { ratePerSecond, timesOf } from './helpers/closed-loop.ts';
import { withBareTable, type BareTable } from './helpers/bare-table.ts';
import { withBenchStore } from './helpers/bench-store.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';
import { expectDone, idIn, type BenchAlgorithm, type StoreClient } from './helpers/store-client.ts';

const rounds = 5;
const writesEach = 40;
const clients = 16;
const secondsEach = 3;

/** One after the other by turns, so that load on the machine affects them equally. */
export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(({ client, ownerUrl }) =>
    withBareTable(ownerUrl, clients, async (table) => [
      sharedCores(),
      ...(await withOneClient(client, table)),
      ...(await withManyClients(client, table)),
    ]),
  );

const withOneClient = async (client: StoreClient, table: BareTable): Promise<readonly Figure[]> => {
  const { id } = await client.createAlgorithm();
  const [first = ''] = await client.fill(id, 1);
  const samples: Record<'bare' | 'update' | 'create' | 'remove', number[]> = {
    bare: [],
    update: [],
    create: [],
    remove: [],
  };
  for (let round = 0; round <= rounds; round += 1) {
    const created: string[] = [];
    const measured = {
      bare: await timesOf(writesEach, table.insert),
      update: await timesOf(writesEach, async () => expectDone(await client.updateSecret(id, first, 'V1'))),
      create: await timesOf(writesEach, async (index) =>
        created.push(idIn(await client.createSecret(id, `R${round}_${index}`))),
      ),
      remove: await timesOf(writesEach, async (index) =>
        expectDone(await client.deleteSecret(id, created[index] ?? '')),
      ),
    };
    if (round === 0) continue; // warms everything up
    for (const key of ['bare', 'update', 'create', 'remove'] as const) samples[key].push(...measured[key]);
  }
  const rows = (what: string, key: keyof typeof samples, aim?: string): readonly Figure[] =>
    [0.5, 0.99].map((part) => {
      const value = percentile(samples[key], part);
      const ratio = times(value, percentile(samples.bare, part), 'the bare INSERT');
      const aimed = aim !== undefined && part === 0.5 ? `${ratio}; ${aim}` : ratio;
      return figure(`${what}, 1 client, p${part * 100}`, value, 'ms', key === 'bare' ? 'the floor' : aimed);
    });
  return [
    ...rows('bare INSERT … COMMIT', 'bare'),
    ...rows('PUT of an internal value', 'update', 'aim: 30'),
    ...rows('create', 'create'),
    ...rows('delete', 'remove'),
  ];
};

interface Place extends BenchAlgorithm {
  readonly secretId: string;
}

const withManyClients = async (client: StoreClient, table: BareTable): Promise<readonly Figure[]> => {
  const places = await Promise.all(Array.from({ length: clients }, () => newPlace(client)));
  const samples: Record<'bare' | 'update' | 'createAndDelete', number[]> = {
    bare: [],
    update: [],
    createAndDelete: [],
  };
  let creates = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const measured = {
      bare: await ratePerSecond(places, secondsEach, table.insert),
      update: await ratePerSecond(places, secondsEach, async ({ id, secretId }) =>
        expectDone(await client.updateSecret(id, secretId, 'V1')),
      ),
      createAndDelete: await ratePerSecond(places, secondsEach, async ({ id }) => {
        creates += 1;
        expectDone(await client.deleteSecret(id, idIn(await client.createSecret(id, `C${creates}`))));
      }),
    };
    if (round === 0) continue; // warms everything up
    for (const key of ['bare', 'update', 'createAndDelete'] as const) samples[key].push(measured[key]);
  }
  const floor = median(samples.bare);
  const ofFloor = (rate: number) => `1 : ${(floor / rate).toFixed(1)} of the bare INSERT`;
  const updates = median(samples.update);
  const pairs = median(samples.createAndDelete);
  const many = `${clients} clients, ${clients} algorithms`;
  return [
    figure(`bare INSERT … COMMIT, ${clients} clients`, floor, '/s', 'the floor'),
    figure(`PUT of an internal value, ${many}`, updates, '/s', `${ofFloor(updates)}; aim: 150 a second`),
    figure(`create and delete, ${many}`, pairs, '/s', `${ofFloor(pairs)} (two writes each)`),
  ];
};

const newPlace = async (client: StoreClient): Promise<Place> => {
  const algorithm = await client.createAlgorithm();
  const [secretId = ''] = await client.fill(algorithm.id, 1);
  return { ...algorithm, secretId };
};
