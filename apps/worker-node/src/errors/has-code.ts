/** Whether the system's error has one of these codes. */
export const hasCode = (error: unknown, codes: ReadonlySet<unknown>): boolean =>
  error instanceof Error && 'code' in error && codes.has(error.code);
