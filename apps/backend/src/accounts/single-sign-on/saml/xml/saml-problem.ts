/** Why an answer or metadata is not accepted, in words for an administrator. It never has a value from the answer that is not checked. */
export class SamlProblem extends Error {
  override readonly name = 'SamlProblem';
}
