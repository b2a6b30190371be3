/** A project cannot be written; the message says why and the mend. */
export class CreateProblem extends Error {
  override readonly name = 'CreateProblem';
}
