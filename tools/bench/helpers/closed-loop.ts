/** Does the work for 0 to `count` - 1 with so many clients, each of which starts the next when it has done one. */
export const spread = async <T>(
  clients: number,
  count: number,
  work: (index: number) => Promise<T>,
): Promise<readonly T[]> => {
  const results = new Map<number, T>();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results.set(index, await work(index));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return [...results].toSorted(([one], [other]) => one - other).map(([, result]) => result);
};

/** Each client works without a pause until the seconds are over, and ends what it began. Answers how often a second. */
export const ratePerSecond = async <Client>(
  clients: readonly Client[],
  seconds: number,
  work: (client: Client) => Promise<unknown>,
): Promise<number> => {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - started < seconds * 1000) {
        await work(client);
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
};

export const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** The times of so many, one after the other. */
export const timesOf = async (count: number, work: (index: number) => Promise<unknown>): Promise<readonly number[]> =>
  spread(1, count, (index) => milliseconds(() => work(index)));
