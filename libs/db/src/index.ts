export { describeConnectionFailure } from './client/describe-connection-failure.ts';
export { DatabaseError, type DatabaseErrorCode } from './database-error.ts';
export {
  startEmbeddedDatabase,
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
} from './embedded/start-embedded-database.ts';
export {
  type Account,
  type Algorithm,
  type ApiKey,
  type Collaborator,
  type GroupRole,
  type Identity,
  type Membership,
  type Organization,
  Prisma,
  PrismaClient,
  type Passkey,
  type PluginModule,
  type Provider,
  type ProviderPreparation,
  type ProviderVersion,
  type RoleAddresses,
  type ScimGroup,
  type ScimKey,
  type ScimUser,
  type SecondFactor,
  type Secret,
  type Session,
  type SignInConnection,
  type User,
  type WaitingAccount,
  type Webhook,
  type Worker,
  type WorkerPool,
  type WriteIntent,
} from './generated/client.ts';
export { isUniqueViolation } from './is-unique-violation.ts';
export type { Log } from './log.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { openDatabase, type Database, type DatabaseOptions } from './open-database.ts';
export { followNotices, type Notices } from './notices/follow-notices.ts';
export { currentRole } from './roles/current-role.ts';
export { describeRole, excessOf, type RoleDescription } from './roles/describe-role.ts';
export { holdRunningLock, type RunningLock, whileNothingRuns } from './running-lock.ts';
export { connectionsWithin, fewestConnections, usualConnections } from './stand/connections.ts';
export { named, rowsOf, type Statement, together } from './statement.ts';
export type { Queryable, Transaction } from './transaction.ts';
export { isDatabaseFailure, isUnavailable } from './waiting/is-unavailable.ts';
export { Turns } from './waiting/turns.ts';
export type { WaitLimits } from './waiting/wait-limits.ts';
