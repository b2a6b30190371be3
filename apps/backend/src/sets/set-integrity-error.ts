import type { RowProblem } from '../rows/row-refused.ts';

/** The algorithm's newest signed set is not what this backend signed: nothing may be built on it. */
export class SetIntegrityError extends Error {
  override readonly name = 'SetIntegrityError';

  constructor(
    readonly algorithmId: string,
    readonly problem: RowProblem,
    options?: ErrorOptions,
  ) {
    super(`the signed set of algorithm ${algorithmId} is ${problem}`, options);
  }
}
