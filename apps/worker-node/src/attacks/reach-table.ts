import type { AttackGroup } from './attack.ts';

/** In Markdown: what a command still reaches in the sandbox. */
export const reachTable = (groups: readonly AttackGroup[]): string =>
  [
    '| a command … | in the sandbox | without it |',
    '| --- | --- | --- |',
    ...groups
      .flatMap(({ attacks }) => attacks)
      .filter(({ reachable }) => reachable)
      .map(({ name }) => `| ${name} | **open** | **open** |`),
  ].join('\n');

/** In Markdown: all that is tried. */
export const attackList = (groups: readonly AttackGroup[]): string =>
  groups
    .map(({ title, attacks }) => `- **${title}** (${attacks.length}): ${attacks.map(({ name }) => name).join('; ')}.`)
    .join('\n');

export const attackCount = (groups: readonly AttackGroup[]): number =>
  groups.reduce((count, { attacks }) => count + attacks.length, 0);
