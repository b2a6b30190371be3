import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { passRefused } from '../../rows/row-refused.ts';

/** A deleted organization keeps its name while it owns algorithms. Where it owns none any more, others can have the name. */
export const releaseName = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  name: string,
): Promise<void> => {
  const id = ledger.memory.claimant('organization', `username:${name}`);
  if (id === null) return;
  const organization = await changes.find('organization', id).catch(passRefused);
  if (organization === null || organization.deletedAt === null) return;
  const [algorithm] = ledger.memory.claimsFrom('algorithm', `name:${name}/`);
  if (algorithm === undefined) await changes.remove('organization', id);
};
