import { z } from 'zod';
import type { Rows } from '../../rows/row-kinds.ts';

type AlgorithmRow = Pick<Rows['algorithm'], 'poolId' | 'otherPools'>;

const OtherPools = z.array(z.uuid()).nullable();

/** The ids of the pools that run the algorithm, the one that has run it longest first. */
export const poolsOf = ({ poolId, otherPools }: AlgorithmRow): string[] => [
  poolId,
  ...(OtherPools.parse(otherPools ?? null) ?? []),
];

export const runsIn = (algorithm: AlgorithmRow, poolId: string): boolean => poolsOf(algorithm).includes(poolId);
