import type { Dependencies } from '../../dependencies.ts';
import { scimSource } from './outsider.ts';

/** What the sources of these rows are called, by their ids. */
export const sourceNames = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  rows: readonly { readonly connectionId: string }[],
): Promise<ReadonlyMap<string, string>> => {
  const names = new Map([[scimSource, 'SCIM']]);
  for (const { connectionId } of rows) {
    if (names.has(connectionId)) continue;
    const connection = await ledger.read('signInConnection', connectionId);
    names.set(connectionId, connection?.displayName ?? connectionId);
  }
  return names;
};
