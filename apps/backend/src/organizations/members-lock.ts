import type { Dependencies } from '../dependencies.ts';

/** Every change of an organization's members waits for the one before, and knows it. */
export const withMembersLock = <T>(
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  organizationId: string,
  work: () => Promise<T>,
): Promise<T> =>
  db.withLock(`organization ${organizationId}`, async () => {
    await ledger.chain.read();
    return work();
  });
