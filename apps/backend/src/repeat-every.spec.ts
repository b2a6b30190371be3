import { expect, it, vi } from 'vitest';
import { repeatEvery } from './repeat-every.ts';

it('works at once and again, also after a failure, until it is stopped', async () => {
  let count = 0;
  const failures: unknown[] = [];
  const work = () => {
    count += 1;
    return count === 2 ? Promise.reject(new Error('second')) : Promise.resolve();
  };
  const repetition = repeatEvery(1, work, (error) => failures.push(error));
  await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(3), { timeout: 10_000, interval: 5 });
  await repetition.stop();
  const ended = count;
  expect(failures).toEqual([new Error('second')]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(count).toBe(ended);
});
