export type SetProblem = 'missing' | 'not-genuine' | 'misplaced';

/** The algorithm's last signed set is not what this backend signed: nothing may be built on it. */
export class SetIntegrityError extends Error {
  override readonly name = 'SetIntegrityError';

  constructor(
    readonly algorithmId: string,
    readonly problem: SetProblem,
    options?: ErrorOptions,
  ) {
    super(`the signed set of algorithm ${algorithmId} is ${problem}`, options);
  }
}
