import { Preparation } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';

const findPreparation = ({ db }: Pick<Dependencies, 'db'>, providerId: string) =>
  db.prisma.providerPreparation.findUnique({ where: { providerId } });

/** The row with what is only shown of it. @throws {RowRefused} where somebody else wrote or removed it */
export const storedPreparation = async (deps: Pick<Dependencies, 'db' | 'ledger'>, providerId: string) => {
  let row = await findPreparation(deps, providerId);
  await deps.ledger.checked(
    'preparation',
    providerId,
    row,
    async () => (row = await findPreparation(deps, providerId)),
  );
  return row;
};

/** How far the last upload or change of configuration is; null when there was none. */
export const readPreparation = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  providerId: string,
): Promise<Preparation | null> => {
  const row = await storedPreparation(deps, providerId);
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
