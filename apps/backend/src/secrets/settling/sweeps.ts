import type { Dependencies } from '../../dependencies.ts';
import { intentLeaseMilliseconds, type Intent } from '../commits/write-intent.ts';

const minute = 60_000;

/** When the vault is asked once more, after the write began. */
const sweepsMilliseconds = [intentLeaseMilliseconds, 2 * minute, 10 * minute];

/**
 * A request can land in a vault long after its plugin, its backend or a proxy in between has given up. So what is in doubt is
 * deleted more than once, and its intent stays until the last time.
 */
export const endOrSweepAgain = async (
  { db }: Pick<Dependencies, 'db'>,
  { id, createdAt }: Pick<Intent, 'id' | 'createdAt'>,
  inDoubt: boolean,
  end: () => Promise<void>,
): Promise<void> => {
  const age = Date.now() - createdAt.getTime();
  const next = inDoubt ? sweepsMilliseconds.find((sweep) => sweep > age) : undefined;
  if (next === undefined) return end();
  await db.prisma.writeIntent.updateMany({
    where: { id },
    data: { settleAfter: new Date(createdAt.getTime() + next), attempts: 0 },
  });
};
