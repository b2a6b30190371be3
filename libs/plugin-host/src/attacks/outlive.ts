import type { AttackGroup } from './groups/attack.ts';

/** Run by outlive.spec.ts, on a host that is then killed. */
export const outlive: AttackGroup = {
  title: 'Outliving the host',
  attacks: [
    { name: 'spins on when its host is killed', source: 'for (;;);', succeedsIn: [] },
    {
      name: 'ignores signals and the end of its channel, and waits',
      source: `
        process.exit = () => {};
        for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE']) process.on(signal, () => {});
        setInterval(() => {}, 1000);
        return never;`,
      succeedsIn: [],
    },
  ],
};
