import { Preparation } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';

/** How far the last upload or change of configuration is; null when there was none. */
export const readPreparation = async (
  { db }: Pick<Dependencies, 'db'>,
  providerId: string,
): Promise<Preparation | null> => {
  const row = await db.prisma.providerPreparation.findUnique({ where: { providerId } });
  if (row === null) return null;
  const { sha256, moduleName, state, step, message, steps, startedAt, changedAt } = row;
  const preparation = Preparation.parse({
    ...{ providerId, sha256, moduleName, state, step, message, steps },
    started: startedAt.toISOString(),
    changed: changedAt.toISOString(),
  });
  // the fault is stored with the step that it was found in
  const fault = preparation.steps.find((entry) => entry.step === preparation.step && entry.field !== undefined);
  return { ...preparation, ...(fault?.field !== undefined && { field: fault.field }) };
};
