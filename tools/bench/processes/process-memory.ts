import { descendantsOf, textOf } from '../../processes/descendants.ts';

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
