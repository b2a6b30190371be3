/** The database is not the one that this backend goes on from. A restart does not help; the message says what does. */
export class LedgerProblem extends Error {
  override readonly name = 'LedgerProblem';
  readonly code = 'LEDGER';
}
