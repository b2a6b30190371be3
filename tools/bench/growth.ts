// Whether a write costs more in a store with many secrets, or in an algorithm with many; and what it leaves in the database.
import { withBareTable, type BareTable } from './helpers/bare-table.ts';
import { withBenchStore } from './helpers/bench-store.ts';
import { milliseconds, spread, timesOf } from './helpers/closed-loop.ts';
import { figure, median, times, type Figure } from './helpers/figures.ts';
import { expectDone, idIn, type BenchAlgorithm, type StoreClient } from './helpers/store-client.ts';

const storeSizes = [100, 1_000, 10_000] as const;
const algorithmSizes = [1, 200, 500] as const;
const secretsOfAnAlgorithm = 20;
const clients = 16;
const samplesEach = 60;
const writesForBytes = 200;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(({ client, ownerUrl }) =>
    withBareTable(ownerUrl, 1, async (table) => {
      const inStore = await growStore(client, table);
      const algorithms = await spread(1, algorithmSizes.length, (index) => filled(client, algorithmSizes[index] ?? 0));
      const inAlgorithm = await createInEach(client, algorithms);
      return [...inStore, ...inAlgorithm, ...(await bytesInEach(client, table, algorithms))];
    }),
  );

/** Each sample is the first secret of a new algorithm, so that only the store has grown. */
const growStore = async (client: StoreClient, table: BareTable): Promise<readonly Figure[]> => {
  const samples: { readonly size: number; readonly create: number; readonly bare: number }[] = [];
  let stored = 0;
  for (const size of storeSizes) {
    await spread(clients, Math.round((size - stored) / secretsOfAnAlgorithm), async () => {
      await client.fill((await client.createAlgorithm()).id, secretsOfAnAlgorithm);
    });
    const algorithms = await spread(clients, samplesEach, () => client.createAlgorithm());
    const bare = median(await timesOf(samplesEach, table.insert));
    const create = median(
      await timesOf(samplesEach, async (index) => idIn(await client.createSecret(algorithms[index]?.id ?? '', 'V1'))),
    );
    stored = size + samplesEach;
    samples.push({ size, create, bare });
  }
  const first = samples[0]?.create ?? Number.NaN;
  return samples.map(({ size, create, bare }) => {
    const beside = `${times(create, first, `at ${storeSizes[0]}`)}, ${times(create, bare, 'the bare INSERT')}`;
    return figure(`create in a store with ${size} secrets, p50`, create, 'ms', `${beside}; aim: 1.5`);
  });
};

interface FilledAlgorithm extends BenchAlgorithm {
  readonly size: number;
  readonly secretId: string;
}

const filled = async (client: StoreClient, size: number): Promise<FilledAlgorithm> => {
  const algorithm = await client.createAlgorithm();
  const [secretId = ''] = await client.fill(algorithm.id, size);
  return { ...algorithm, size, secretId };
};

/** By turns. What was created is deleted again, so that each algorithm keeps its size. */
const createInEach = async (
  client: StoreClient,
  algorithms: readonly FilledAlgorithm[],
): Promise<readonly Figure[]> => {
  const samples = algorithms.map((algorithm) => ({ algorithm, create: [0].slice(1), remove: [0].slice(1) }));
  for (let sample = 0; sample < samplesEach; sample += 1) {
    for (const { algorithm, create, remove } of samples) {
      let secretId = '';
      create.push(
        await milliseconds(async () => {
          secretId = idIn(await client.createSecret(algorithm.id, 'ONE_MORE'));
        }),
      );
      remove.push(
        await milliseconds(async () => {
          expectDone(await client.deleteSecret(algorithm.id, secretId));
        }),
      );
    }
  }
  const rows = (what: string, key: 'create' | 'remove') =>
    samples.map((of) => {
      const beside = times(median(of[key]), median(samples[0]?.[key] ?? []), `with ${algorithmSizes[0]}`);
      return figure(
        `${what} in an algorithm with ${of.algorithm.size}, p50`,
        median(of[key]),
        'ms',
        `${beside}; aim: 3`,
      );
    });
  return [...rows('create', 'create'), ...rows('delete', 'remove')];
};

/** The bytes of the audit that follows each write are among them. */
const bytesInEach = async (
  client: StoreClient,
  table: BareTable,
  algorithms: readonly FilledAlgorithm[],
): Promise<readonly Figure[]> => {
  const perWrite = async (write: () => Promise<unknown>) => {
    const before = { wal: await table.walBytes(), database: await table.databaseBytes() };
    await spread(1, writesForBytes, write);
    const kilobytes = (from: number, to: number) => (to - from) / writesForBytes / 1024;
    return {
      wal: kilobytes(before.wal, await table.walBytes()),
      database: kilobytes(before.database, await table.databaseBytes()),
    };
  };
  const bare = await perWrite(table.insert);
  const figures = [
    figure('write-ahead log of a bare INSERT', bare.wal, 'KB', 'the floor'),
    figure('database of a bare INSERT', bare.database, 'KB', 'the floor'),
  ];
  for (const { id, size, secretId } of algorithms) {
    const of = await perWrite(async () => expectDone(await client.updateSecret(id, secretId, 'V1')));
    figures.push(
      figure(`write-ahead log of a PUT, ${size} in the algorithm`, of.wal, 'KB', times(of.wal, bare.wal, 'bare')),
      figure(
        `database of a PUT, ${size} in the algorithm`,
        of.database,
        'KB',
        times(of.database, bare.database, 'bare'),
      ),
    );
  }
  return figures;
};
