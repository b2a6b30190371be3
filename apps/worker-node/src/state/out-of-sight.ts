import { readFileSync } from 'node:fs';
import path from 'node:path';

export const outOfSightFile = 'out-of-sight.json';

/** What commands of this worker must not see, beside its data directory, and where they keep their caches. */
export interface OutOfSight {
  readonly secretFolders: readonly string[];
  readonly tlsKey: string | null;
  /** of `cachesName`; missing where the worker is of an earlier version */
  readonly caches?: string;
}

/** Empty where the worker is of an earlier version, which has not written it. */
export const readOutOfSight = (stateDirectory: string): OutOfSight => {
  try {
    // The daemon of the same installation wrote it, in a folder that only we can enter.
    return JSON.parse(readFileSync(path.join(stateDirectory, outOfSightFile), 'utf8')) as OutOfSight;
  } catch {
    return { secretFolders: [], tlsKey: null };
  }
};
