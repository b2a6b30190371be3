export interface Result {
  readonly passed: number;
  /** each a name, and what was said of it in the lines below */
  readonly failures: readonly string[];
}

export const describeFailure: (title: string, message: string | undefined) => string;
/** @param root what the names of files are relative to */
export const readVitest: (report: never, root: string) => Result;
export const readPlaywright: (report: never) => Result;
