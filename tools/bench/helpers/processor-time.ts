const rounds = 40;

export interface Task {
  readonly perRound: number;
  readonly run: (index: number) => unknown;
}

/**
 * The microseconds of processor time that one run of each takes: the median of 30 rounds, in each of which all of them
 * take their turn. Other load on the machine counts for little then, and least in the ratio of two of them.
 */
export const processorTimes = async <Name extends string>(
  tasks: Readonly<Record<Name, Task>>,
): Promise<(task: Name) => number> => {
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, task] of Object.entries<Task>(tasks)) {
      const taken = await timeOf(task);
      // the first quarter warms up
      if (round >= rounds / 4) samples.set(name, [...(samples.get(name) ?? []), taken]);
    }
  }
  return (name) => median(samples.get(name) ?? []);
};

const timeOf = async ({ perRound, run }: Task): Promise<number> => {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index += 1) await run(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / perRound;
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
