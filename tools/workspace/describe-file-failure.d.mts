/** One sentence on a system error at a file: which, what is wrong, and what to do. Null for any other error. */
export function describeFileFailure(error: unknown): string | null;
