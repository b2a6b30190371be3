/** The roles of the embedded database. docs/decisions/0018-three-database-roles.md says why there are three. */
export const roleNames = {
  /** the cluster's first role, a superuser: for the supervisor alone */
  supervisor: 'secret_store_supervisor',
  /** owns the database and its tables, and migrates them */
  owner: 'secret_store_owner',
  /** reads and writes rows */
  application: 'secret_store',
} as const;

export type RoleKind = keyof typeof roleNames;
