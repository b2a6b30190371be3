import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RestoreEpoch, type RootPublic, verifyRestoreEpoch } from '@secret-store/sealing';
import { SettingError } from '../errors/setting-error.ts';
import type { Mark } from './mark-files.ts';
import { writeStateFile } from './write-state-file.ts';

const fileName = 'epoch.json';

/** The last restore that this worker follows, as the root signed it; null for none. */
export const readRestore = async (directory: string, root: RootPublic): Promise<RestoreEpoch | null> => {
  const file = path.join(directory, fileName);
  const text = await readFile(file, 'utf8').catch(nullIfMissing);
  if (text === null) return null;
  try {
    return verifyRestoreEpoch(JSON.parse(text), root);
  } catch (error) {
    throw new SettingError(`${file} is damaged: remove it if you trust the database as it is now`, { cause: error });
  }
};

/** The same as it is signed, for a worker that is let in. */
export const readSignedRestore = async (directory: string): Promise<unknown> => {
  const text = await readFile(path.join(directory, fileName), 'utf8').catch(nullIfMissing);
  return text === null ? null : JSON.parse(text);
};

const nullIfMissing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};

/** On disk when this returns. @param envelope verified */
export const writeRestore = (directory: string, envelope: unknown): Promise<void> =>
  writeStateFile(directory, fileName, JSON.stringify(envelope));

/**
 * The marks after a restore: exactly what it names. Marks that were made since then stand. An algorithm that it does not
 * name does not come back; a provider that it does not name starts again.
 */
export const underRestore = ({ epoch, sets, activations }: RestoreEpoch, marks: readonly Mark[]): Mark[] => {
  const isCurrent = (mark: Mark): boolean => mark.epoch >= epoch;
  const algorithms = new Map(marks.flatMap((mark) => ('algorithmId' in mark ? [[mark.algorithmId, mark]] : [])));
  const providers = new Map(marks.flatMap((mark) => ('providerId' in mark ? [[mark.providerId, mark]] : [])));
  const restored = new Map<string, Mark>();
  for (const mark of algorithms.values()) {
    restored.set(mark.algorithmId, isCurrent(mark) ? mark : { ...mark, superseded: true });
  }
  for (const { algorithmId, number, hash } of sets) {
    const before = algorithms.get(algorithmId);
    if (before && isCurrent(before)) continue;
    const { owner, name } = before ?? {};
    restored.set(algorithmId, { algorithmId, owner, name, number, setHash: hash, superseded: false, epoch });
  }
  for (const mark of providers.values()) if (isCurrent(mark)) restored.set(mark.providerId, mark);
  for (const { providerId, number, hash } of activations) {
    if (restored.has(providerId)) continue;
    restored.set(providerId, { providerId, activationNumber: number, activationHash: hash, epoch });
  }
  return [...restored.values()];
};
