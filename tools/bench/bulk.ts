// Deleting an algorithm with many internal secrets beside deleting one with a single secret.
import { withBenchStore } from './helpers/bench-store.ts';
import { milliseconds } from './helpers/closed-loop.ts';
import { figure, median, sharedCores, times, type Figure } from './helpers/figures.ts';
import { expectDone } from './helpers/store-client.ts';

const manySecrets = 300;
const rounds = 3;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async ({ client }) => {
    const deletionOf = async (secrets: number): Promise<number> => {
      const { id } = await client.createAlgorithm();
      await client.fill(id, secrets);
      return milliseconds(async () => expectDone(await client.call('DELETE', `/v1/algorithms/${id}`)));
    };
    await deletionOf(1); // warms everything up
    const one: number[] = [];
    const many: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      one.push(await deletionOf(1));
      many.push(await deletionOf(manySecrets));
    }
    const floor = median(one);
    return [
      sharedCores(),
      figure('delete an algorithm with 1 secret', floor, 'ms', 'the floor'),
      figure(
        `delete an algorithm with ${manySecrets} secrets`,
        median(many),
        'ms',
        `${times(median(many), floor, 'with one')}; aim: 2000 ms`,
      ),
    ];
  });
