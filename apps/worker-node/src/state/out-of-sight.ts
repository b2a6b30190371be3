import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../errors/has-code.ts';
import { SettingError } from '../errors/setting-error.ts';

export const outOfSightFile = 'out-of-sight.json';

/** What commands of this worker must not see, beside its data directory, and where they keep their caches. */
export interface OutOfSight {
  readonly secretFolders: readonly string[];
  readonly tlsKey: string | null;
  /** of `cachesName`; missing where the worker is of an earlier version */
  readonly caches?: string;
}

const codesOfMissing = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Empty where the worker is of an earlier version, which has not written it.
 * @throws {@link SettingError} a file that cannot be read: a command would see what it must not
 */
export const readOutOfSight = (stateDirectory: string): OutOfSight => {
  const file = path.join(stateDirectory, outOfSightFile);
  try {
    // The daemon of the same installation wrote it, in a folder that only we can enter.
    return JSON.parse(readFileSync(file, 'utf8')) as OutOfSight;
  } catch (error) {
    if (hasCode(error, codesOfMissing)) return { secretFolders: [], tlsKey: null };
    throw new SettingError(`${file} cannot be read: restart the worker, which writes it`, { cause: error });
  }
};
