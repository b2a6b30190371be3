export interface Result {
  readonly passed: number;
  /** each a name, and what was said of it in the lines below */
  readonly failures: readonly string[];
}

export const describeFailure: (title: string, message: string | undefined) => string;
export const readReport: (file: string, read: (report: never) => Result, status: number) => Result;
export const readVitest: (report: never) => Result;
export const readPlaywright: (report: never) => Result;
