import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import type { BoundConfiguration } from './bind-configuration.ts';

/** A module with its configuration as the row has it: encrypted and sealed, and opened where it runs. */
export type StoredVersion = Rows['providerVersion'];

export interface VersionContent {
  readonly moduleSha256: string | null;
  readonly moduleName: string | null;
  readonly factoryClassName: string;
  readonly bound: BoundConfiguration;
}

export const versionRow = (
  providerId: string,
  number: number,
  { bound, ...content }: VersionContent,
): StoredVersion => ({ providerId, number, ...content, ...bound, createdAt: new Date() });

export const versionId = (providerId: string, number: number): string => `${providerId}/${number}`;

/** Null where it is gone. @throws {RowRefused} where somebody else wrote or removed it */
export const readVersion = (
  { ledger }: Pick<Dependencies, 'ledger'>,
  providerId: string,
  number: number,
): Promise<StoredVersion | null> => ledger.read('providerVersion', versionId(providerId, number));

type Numbers = Pick<Rows['provider'], 'activeNumber' | 'previousNumber' | 'candidateNumber'>;

/** Of the versions that the provider has. */
export const numbersOf = ({ activeNumber, previousNumber, candidateNumber }: Numbers): number[] =>
  [activeNumber, previousNumber, candidateNumber].filter((number) => number !== null);

/**
 * Changes which versions the provider names, and removes those that it names no more.
 * @returns the provider as it is then, and the modules of what was removed
 */
export const moveNumbers = async (
  changes: Change,
  providerId: string,
  patch: Partial<Rows['provider']>,
): Promise<{ readonly provider: Rows['provider']; readonly modules: readonly string[] }> => {
  const before = await changes.find('provider', providerId);
  const provider = await changes.update('provider', providerId, patch);
  const kept = new Set(numbersOf(provider));
  const modules: string[] = [];
  for (const number of before === null ? [] : numbersOf(before)) {
    if (kept.has(number)) continue;
    const removed = await removeVersion(changes, providerId, number);
    if (removed !== null) modules.push(removed);
  }
  return { provider, modules };
};

/** @returns the module that it had */
export const removeVersion = async (changes: Change, providerId: string, number: number): Promise<string | null> => {
  const version = await changes.find('providerVersion', versionId(providerId, number));
  await changes.remove('providerVersion', versionId(providerId, number));
  return version?.moduleSha256 ?? null;
};
