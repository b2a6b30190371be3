import { statSync, type Stats } from 'node:fs';
import { isWithin, overlaps, resolvedPath } from './resolved-path.ts';

export interface Guarded {
  readonly installation: string;
  /** the data directories and the TLS key, resolved */
  readonly neverShown: readonly string[];
}

/** The resolved paths of `--writable` and `--visible`, or what is wrong with one of them. */
export const flagPaths = (
  { writable, visible }: { readonly writable: readonly string[]; readonly visible: readonly string[] },
  guarded: Guarded,
): { readonly writable: readonly string[]; readonly visible: readonly string[] } | string => {
  const opened = checked(writable, (given) => problemWithWritable(given, guarded));
  if (typeof opened === 'string') return opened;
  const shown = checked(visible, (given) => problemWithVisible(given, guarded));
  return typeof shown === 'string' ? shown : { writable: opened, visible: shown };
};

interface GivenPath {
  readonly text: string;
  readonly resolved: string;
  readonly stats: Stats;
}

const checked = (texts: readonly string[], problemWith: (given: GivenPath) => string | null): string[] | string => {
  const paths: string[] = [];
  for (const text of texts) {
    const resolved = resolvedPath(text);
    const stats = resolved === null ? undefined : statSync(resolved, { throwIfNoEntry: false });
    if (resolved === null || stats === undefined) return `there is no ${text}, or you may not enter its folder`;
    const problem = problemWith({ text, resolved, stats });
    if (problem !== null) return problem;
    paths.push(resolved);
  }
  return paths;
};

const ofKernel = ['/proc', '/sys', '/dev'];

const problemWithWritable = ({ text, resolved, stats }: GivenPath, guarded: Guarded): string | null => {
  if (!stats.isDirectory()) return `--writable ${text}: name a folder`;
  if (ofKernel.some((folder) => isWithin(resolved, folder))) return `--writable ${text}: this folder is the kernel's`;
  if (overlaps(resolved, guarded.installation))
    return `--writable ${text}: it is, contains or belongs to the installation, which stays read-only`;
  if (guarded.neverShown.some((file) => overlaps(resolved, file)))
    return `--writable ${text}: it is, contains or belongs to a data directory of the store, which stays out of sight`;
  return null;
};

const problemWithVisible = ({ text, resolved, stats }: GivenPath, guarded: Guarded): string | null => {
  if (guarded.neverShown.some((file) => isWithin(resolved, file)))
    return `--visible ${text}: the data directory and the TLS key of the store stay out of sight`;
  if (isWithin(resolved, '/proc') || resolved === '/dev' || stats.isBlockDevice())
    return `--visible ${text}: other processes and disks stay out of sight`;
  return null;
};
