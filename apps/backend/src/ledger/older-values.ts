import type { Change } from './change.ts';
import type { Ledger } from './ledger.ts';

/** Beside `set`, of which each entry names the hash of the current value alone. */
export const olderValuesKind = 'olderValues';

/** By version, `sealedRecordHash` of each earlier value of a secret that is kept. */
export type OlderHashes = ReadonlyMap<number, string>;

/** What the row memory has of a secret: empty for one whose value was never replaced. */
export const olderHashes = ({ memory }: Pick<Ledger, 'memory'>, secretId: string): OlderHashes => {
  const held = memory.find(olderValuesKind, secretId)?.digest ?? '';
  return new Map(
    held
      .split(' ')
      .filter((pair) => pair !== '')
      .map((pair): [number, string] => {
        const [version = '', hash = ''] = pair.split(':');
        return [Number(version), hash];
      }),
  );
};

/**
 * Together with the algorithm's next set, always: another backend that has not heard of this change finds that out by the set, before
 * it remembers anything itself.
 */
export const rememberOlder = (
  { memory }: Pick<Ledger, 'memory'>,
  changes: Pick<Change, 'mark'>,
  secretId: string,
  hashes: OlderHashes,
): void =>
  changes.mark({
    kind: olderValuesKind,
    id: secretId,
    version: memory.nextVersion(olderValuesKind, secretId),
    digest: [...hashes].map(([version, hash]) => `${version}:${hash}`).join(' '),
  });
