export type DatabaseErrorCode =
  | 'ADDRESS_REFUSED'
  | 'POOLER'
  | 'TOO_FEW_CONNECTIONS'
  | 'SERVER_TOO_OLD'
  | 'MIGRATION_EDITED'
  | 'MIGRATION_UNKNOWN'
  | 'MIGRATION_HALF_APPLIED'
  | 'MIGRATION_FAILED'
  | 'NOT_THE_OWNER'
  | 'LOCK_TIMEOUT'
  | 'OVERLOADED'
  | 'IN_USE'
  | 'EMBEDDED_UNAVAILABLE'
  | 'EMBEDDED_NOT_STARTING';

/** Why this library refuses something; errors of PostgreSQL itself pass through unchanged. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
