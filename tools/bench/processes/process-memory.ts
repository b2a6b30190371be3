import { readdirSync, readFileSync } from 'node:fs';

/** Memory of processes, in MiB. */
export interface Memory {
  /** resident memory; pages that several processes share count in each of them */
  readonly resident: number;
  /** the same with shared pages divided among those that share them: what one more process costs */
  readonly proportional: number;
}

const kibibytesPerMebibyte = 1024;

/** Of all descendants of this process. */
export const memoryOfChildren = (): Memory => {
  const rollups = descendantsOf(String(process.pid)).map((pid) => textOf(`/proc/${pid}/smaps_rollup`));
  const sum = (field: string) =>
    rollups.reduce(
      (total, text) => total + Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0),
      0,
    );
  return { resident: sum('Rss') / kibibytesPerMebibyte, proportional: sum('Pss') / kibibytesPerMebibyte };
};

const descendantsOf = (pid: string): string[] => {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
};

const parentOf = (pid: string) => /^PPid:\t(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended in between
  }
};
