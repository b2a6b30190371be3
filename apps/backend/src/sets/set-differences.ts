import type { SetEntry } from '@secret-store/sealing';

export interface SecretRow {
  readonly id: string;
  readonly environmentVariable: string;
  readonly version: number;
  readonly providerId: string;
  readonly providerKey: string;
}

export interface SetDifference {
  readonly secretId: string;
  readonly difference: 'row-missing' | 'row-added' | 'row-changed';
}

/** How the rows differ from what was signed. `leaving`: secrets whose deletion is under way, which only their row still has. */
export const setDifferences = (
  entries: readonly SetEntry[],
  rows: readonly SecretRow[],
  leaving: ReadonlySet<string>,
): SetDifference[] => {
  const rowsById = new Map(rows.map((row) => [row.id, row]));
  const signedIds = new Set(entries.map((entry) => entry.secretId));
  const ofEntries = entries.flatMap((entry): SetDifference[] => {
    const row = rowsById.get(entry.secretId);
    if (row === undefined) return [{ secretId: entry.secretId, difference: 'row-missing' }];
    return isSame(entry, row) ? [] : [{ secretId: entry.secretId, difference: 'row-changed' }];
  });
  const added = rows
    .filter((row) => !signedIds.has(row.id) && !leaving.has(row.id))
    .map((row): SetDifference => ({ secretId: row.id, difference: 'row-added' }));
  return [...ofEntries, ...added];
};

const isSame = (entry: SetEntry, row: SecretRow) =>
  entry.environmentVariable === row.environmentVariable &&
  entry.version === row.version &&
  entry.providerId === row.providerId &&
  entry.providerKey === row.providerKey;
