import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { resolvedPath } from './resolved-path.ts';

/** What the commands of one algorithm see as `~/.cache`. */
export interface KeptCache {
  /** `~/.cache`, resolved */
  readonly path: string;
  /** the folder that is shown there */
  readonly source: string;
}

export interface CacheOwner {
  /** of `cachesName` */
  readonly caches: string;
  readonly owner: string;
  readonly name: string;
}

const slug = /^[a-z][a-z0-9_-]{0,63}$/;

/** Below `~/.cache`, so that commands of other algorithms, which see their own there, cannot see it. */
export const cachesFolder = (home: string): string => path.join(home, '.cache/secret-store');

/** The folder in there with the caches of a worker's commands. */
export const cachesName = async (workerDirectory: string): Promise<string> => {
  // takes as long as half of exec, which knows the name from the worker
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(workerDirectory).digest('hex').slice(0, 16);
};

/** Makes the folder, or returns null where there is no home that we may write to. */
export const keptCache = (home: string, { caches, owner, name }: CacheOwner): KeptCache | null => {
  if (!slug.test(owner) || !slug.test(name)) return null;
  const source = path.join(cachesFolder(home), caches, owner, name);
  try {
    if (!statSync(home).isDirectory()) return null;
    mkdirSync(source, { recursive: true, mode: 0o700 });
    const shown = resolvedPath(path.join(home, '.cache'));
    return shown === null ? null : { path: shown, source };
  } catch {
    return null;
  }
};
