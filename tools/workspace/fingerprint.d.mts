export interface Fingerprinted {
  /** the installed build tools, as a text that changes when they do */
  readonly tools: string;
  readonly sources: readonly string[];
  readonly outputs: readonly string[];
  /** the file that remembers the last success */
  readonly mark: string;
  /** names of folders among the sources that builds create */
  readonly madeByBuilds?: ReadonlySet<string>;
}

/** Whether the outputs are those of these sources. */
export function isUpToDate(files: Fingerprinted): boolean;
export function unlessUpToDate(files: Fingerprinted, work: () => number): number;
