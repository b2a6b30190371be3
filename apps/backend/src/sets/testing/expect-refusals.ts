import { expect } from 'vitest';
import type { BackendFixture } from '../../secrets/testing/backend-fixture.ts';

/** What the audit says of rows that were refused: the problems, each once. The event is written a moment after the refusal. */
export const expectRefusals = async (
  { deps }: Pick<BackendFixture, 'deps'>,
  kind: string,
  id: string,
  problems: readonly string[],
): Promise<void> => {
  const noted = async () => {
    await deps.ledger.flush();
    const where = { action: 'row.refuse', subjectType: kind, subjectId: id };
    const rows = await deps.db.prisma.auditEvent.findMany({ where, orderBy: { sequence: 'asc' } });
    return rows.map(({ details }) => details);
  };
  await expect.poll(noted, { timeout: 20_000 }).toEqual(problems.map((problem) => ({ problem })));
};
