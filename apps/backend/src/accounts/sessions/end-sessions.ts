import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { RowKind } from '../../rows/row-kinds.ts';

/**
 * Ids of a user's rows of the kind: those that the row memory has, also where someone hides the rows meanwhile, and those that
 * are there. The caller has locked the user's row, so that none is added.
 */
const idsOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  kind: Extract<RowKind, 'session' | 'apiKey'>,
  userId: string,
): Promise<string[]> => {
  const table = kind === 'session' ? 'session' : 'api_key';
  const rows = await changes.query<{ id: string }>({
    text: `SELECT id::text AS id FROM ${table} WHERE "userId" = $1`,
    values: [userId],
  });
  await ledger.chain.read();
  return [...new Set([...ledger.memory.livingIn(kind, userId), ...rows.map(({ id }) => id)])];
};

/**
 * Ends a user's sessions, for this and every other backend: a row that is put back later is not believed.
 * @returns how many
 */
export const endSessionsOf = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  userId: string,
  { but }: { readonly but?: string | undefined } = {},
): Promise<number> => {
  const ids = (await idsOf(deps, changes, 'session', userId)).filter((id) => id !== but);
  await changes.removeAll('session', ids);
  return ids.length;
};

/** The same for API keys. */
export const revokeKeysOf = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  userId: string,
): Promise<number> => {
  const ids = await idsOf(deps, changes, 'apiKey', userId);
  await changes.removeAll('apiKey', ids);
  return ids.length;
};
