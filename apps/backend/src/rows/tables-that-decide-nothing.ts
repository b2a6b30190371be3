/**
 * Tables whose rows nobody has to believe, and why. Every other table is a kind of row in `row-kinds.ts`. A new table that is in
 * neither makes a spec fail.
 */
export const tablesThatDecideNothing: Readonly<Record<string, string>> = {
  _prisma_migrations: 'the record of migrations: the application never reads it',
  audit_checkpoint: 'signed by the backend, with the hash of its state',
  audit_event: 'a chain of hashes, whose heads the backend signs',
  audit_pending: 'each event has an HMAC, and one that was chained already is known by its id',
  first_steps_answer: 'whether the start page still shows the first steps',
  internal_sealed_value:
    'sealed and signed; the signed set names the hash of the current one, and the row memory those of earlier ones',
  join_request:
    'signed by a token of the pool, or sealed to it: a member verifies it, and the pool’s log has the hash of the marks',
  plugin_call: 'how calls on plugins ended: shown only, in words of a closed list',
  plugin_call_slot: 'how many calls on plugins there were: shown only',
  pool_log_entry: 'signed, from the root upwards; the row memory has number and hash of the newest',
  provider_test: 'how the last test of a provider went: shown only',
  restore_epoch: 'signed by the root',
  secret_version: 'history that nothing reads: the value that counts stands in the secret’s row',
  signed_set: 'signed by the backend; the row memory has number and hash of the newest',
  verification: 'sign-in has no use for it: no row is read or written',
  worker_receipt: 'signed by the worker, about one algorithm and its current run; what is shown goes by the signed set',
  worker_check: 'the question is signed by the backend and expires; the answer is signed by the worker',
};
