import pg from 'pg';
import { z } from 'zod';
import { DatabaseError, type DatabaseErrorCode } from '../database-error.ts';

/** Of PostgreSQL, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const serverStates: ReadonlySet<string> = new Set([
  '08000', // connection_exception
  '08003', // connection_does_not_exist
  '08006', // connection_failure
  '25P03', // idle_in_transaction_session_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: it starts or ends
]);

/** Of the connection. A socket that is not there belongs to a server that starts. */
const systemCodes: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAGAIN', 'EAI_AGAIN', 'ENOENT'],
  ...['EHOSTUNREACH', 'ENETUNREACH'],
]);

/** Of Prisma, https://www.prisma.io/docs/orm/reference/error-reference: out of connections, of time, or cut off. */
const prismaCodes: ReadonlySet<string> = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'],
]);

/** Of this library; Prisma hands the code on in an error of its own. */
const ownCodes: ReadonlySet<string> = new Set<DatabaseErrorCode>(['OVERLOADED', 'LOCK_TIMEOUT']);

/** What pg says without a code. */
const messages: readonly string[] = [
  'Connection terminated',
  'is not queryable',
  'timeout exceeded when trying to connect',
];

const Failure = z.object({ code: z.string(), syscall: z.string() }).partial();

/** Prisma has the code of the server in it where it has no code of its own. */
const PrismaFailure = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) }),
});

/** Of a socket, not of a file. */
const socketCalls: ReadonlySet<string> = new Set(['connect', 'read', 'write', 'getaddrinfo']);

const isCutOff = ({ code = '', syscall = '' }: z.infer<typeof Failure>): boolean =>
  systemCodes.has(code) && socketCalls.has(syscall);

/**
 * Whether the database could not be reached, was cut off, or had no room or no time for the work: later it may go through. After
 * a commit that was cut off nobody knows whether it happened.
 */
export const isUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const failure = Failure.safeParse(error).data ?? {};
  const { code = '' } = failure;
  if ([ownCodes, serverStates, prismaCodes].some((codes) => codes.has(code)) || isCutOff(failure)) return true;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  if (messages.some((message) => error.message.includes(message))) return true;
  const state = PrismaFailure.safeParse(error).data?.meta.driverAdapterError.cause.originalCode;
  return state !== undefined && serverStates.has(state);
};

/** Whether an error is the database's or this library's own, and no one else's. */
export const isDatabaseFailure = (error: unknown): boolean =>
  error instanceof DatabaseError || error instanceof pg.DatabaseError || isUnavailable(error);
