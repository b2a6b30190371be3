import { VaultProblemError } from '../errors.ts';
import type { VaultProblem } from '../vault-problem.ts';

// OpenSSL's verification (https://nodejs.org/api/tls.html#x509-certificate-error-codes), the check of the host name, and
// the alerts with which a server refuses the client's certificate or the lack of one.
const certificateCodes =
  /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ALERT_(UNKNOWN_CA|HANDSHAKE_FAILURE)/;

/** Of Node's signals, of `fetch`, and of axios. */
const timeOutCodes = /^(ABORT_ERR|UND_ERR_(ABORTED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ECONNABORTED|ERR_CANCELED)$/;
const timeOutNames: readonly unknown[] = ['AbortError', 'TimeoutError'];

/**
 * Why a connection failed, by the codes and names of the error and its causes alone: their texts can contain an address. Takes
 * the errors of `node:http`, `node:https` and `node:net`, which have a code, and those of `fetch`, whose cause has one.
 * @returns `not-in-egress`, `certificate`, `timed-out`, `unexpected-answer` for what is not HTTP, otherwise `unreachable`
 */
export const connectionProblem = (error: unknown): VaultProblem => {
  for (const one of withCauses(error)) {
    const problem = one instanceof VaultProblemError ? one.problem : problemOf(field(one, 'code'), field(one, 'name'));
    if (problem !== undefined) return problem;
  }
  return 'unreachable';
};

const problemOf = (code: unknown, name: unknown): VaultProblem | undefined => {
  const text = typeof code === 'string' ? code : '';
  if (text === 'EGRESS_REFUSED') return 'not-in-egress';
  if (certificateCodes.test(text)) return 'certificate';
  if (timeOutCodes.test(text) || timeOutNames.includes(name)) return 'timed-out';
  return text.startsWith('HPE_') ? 'unexpected-answer' : undefined;
};

const mostCauses = 16;

/** An error, its causes, and what an `AggregateError` of several addresses holds. */
const withCauses = (error: unknown): unknown[] => {
  const found = [error];
  for (const one of found) {
    const errors: unknown = field(one, 'errors');
    const more = [field(one, 'cause'), ...(Array.isArray(errors) ? (errors as readonly unknown[]) : [])];
    found.push(...more.filter((cause) => cause !== undefined && !found.includes(cause)).slice(0, mostCauses));
    if (found.length > mostCauses) break;
  }
  return found;
};

const field = (from: unknown, name: string): unknown =>
  typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
