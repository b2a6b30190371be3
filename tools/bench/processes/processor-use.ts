import { descendantsOf, textOf } from '../../processes/descendants.ts';

const roles = [
  { role: 'backend', sign: /apps\/backend\/main\.mjs/ },
  { role: 'worker', sign: /apps\/worker-node\/main\.mjs/ },
  { role: 'PostgreSQL', sign: /postgres/ },
  { role: 'OpenBao', sign: /\/bao\0server/ },
] as const;

export type Role = (typeof roles)[number]['role'];

/** Linux counts processor time in hundredths of a second (`USER_HZ`). */
const millisecondsOfTick = 10;

/** Processor time that the descendants of this process have taken so far, in milliseconds, by what they are. */
export const processorUse = (): Readonly<Record<Role, number>> => {
  const use: Record<Role, number> = { backend: 0, worker: 0, PostgreSQL: 0, OpenBao: 0 };
  for (const pid of descendantsOf(String(process.pid))) {
    const command = textOf(`/proc/${pid}/cmdline`);
    const role = roles.find(({ sign }) => sign.test(command))?.role;
    if (role !== undefined) use[role] += ticksOf(pid) * millisecondsOfTick;
  }
  return use;
};

/** User and system time: the 14th and 15th fields of the file, after the program's name in parentheses. */
export const ticksOf = (pid: string): number => {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isNaN(user + system) ? 0 : user + system;
};
