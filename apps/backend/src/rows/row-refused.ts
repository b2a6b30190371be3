/** `unknown`: nobody made this row; `changed`: it is not what it was last; `missing`: it should be there. */
export type RowProblem = 'unknown' | 'changed' | 'missing';

/** Somebody else wrote the database: the row counts for nothing. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused';
  readonly code = 'ROW_REFUSED';

  constructor(
    readonly kind: string,
    readonly id: string,
    readonly problem: RowProblem,
  ) {
    super(`the row ${kind} ${id} is ${problem}`);
  }
}

/** For what goes on without a row that somebody else wrote: null in its place. Any other error is thrown on. */
export const passRefused = (error: unknown): null => {
  if (error instanceof RowRefused) return null;
  throw error;
};
