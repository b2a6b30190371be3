import { isolationModes } from '../isolation/isolation.ts';
import type { Attack, AttackGroup, Rung } from './groups/attack.ts';

const isOpen = ({ succeedsIn }: Attack, rung: Rung): boolean => {
  const open: readonly string[] = succeedsIn;
  return open.includes(rung);
};

/** In Markdown: what gets through somewhere, and where. */
export const riskTable = (groups: readonly AttackGroup[]): string => {
  const risks = groups
    .flatMap(({ attacks }) => attacks)
    .filter((attack) => isolationModes.some((mode) => isOpen(attack, mode)));
  return [
    `| a plugin … | ${isolationModes.join(' | ')} |`,
    `| --- |${' --- |'.repeat(isolationModes.length)}`,
    ...risks.map(
      (attack) =>
        `| ${attack.name} | ${isolationModes.map((mode) => (isOpen(attack, mode) ? '**open**' : 'stopped')).join(' | ')} |`,
    ),
  ].join('\n');
};

/** In Markdown: all that is tried. */
export const attackList = (groups: readonly AttackGroup[]): string =>
  groups
    .map(({ title, attacks }) => `- **${title}** (${attacks.length}): ${attacks.map(({ name }) => name).join('; ')}.`)
    .join('\n');

export const attackCount = (groups: readonly AttackGroup[]): number =>
  groups.reduce((count, { attacks }) => count + attacks.length, 0);
