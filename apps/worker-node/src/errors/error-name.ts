/** Class and code, for the log: the text of a foreign error may quote a value. */
export const errorName = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
};
