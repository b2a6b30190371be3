/** What the application's role may do with one table, in PostgreSQL's words. */
export type TablePrivilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** The application adds rows to these and never changes or removes one. */
export const appendOnlyTables: readonly string[] = ['audit_event', 'restore_epoch'];

/** The tables on which the application has less than all four. Those that do not exist yet are passed over. */
const restricted: Readonly<Record<string, readonly TablePrivilege[]>> = {
  ...Object.fromEntries(appendOnlyTables.map((table) => [table, ['SELECT', 'INSERT'] as const])),
  // a checkpoint is never changed, but gives way to newer ones
  audit_checkpoint: ['SELECT', 'INSERT', 'DELETE'],
  _prisma_migrations: ['SELECT'],
};

/** What the application's role gets on the table. */
export const privilegesOn = (table: string): readonly TablePrivilege[] =>
  restricted[table] ?? ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
