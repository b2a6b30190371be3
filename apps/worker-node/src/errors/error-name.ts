/** Class and code, for the log: the text of an error that is not ours may quote a value. */
export const errorName = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = errorCode(error);
  return code === undefined ? error.name : `${error.name} ${code}`;
};

/** By which an error of the provider interface is known here. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
