import type { Dependencies } from '../dependencies.ts';

/** How many algorithms have this owner, by the row memory. */
export const countAlgorithmsOf = ({ ledger }: Pick<Dependencies, 'ledger'>, owner: string): number =>
  [...ledger.memory.claimsFrom('algorithm', `name:${owner}/`)].length;
