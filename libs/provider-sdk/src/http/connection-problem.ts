import { VaultProblemError } from '../errors.ts';
import type { VaultProblem } from '../vault-problem.ts';

// OpenSSL's verification (https://nodejs.org/api/tls.html#x509-certificate-error-codes), the check of the host name, and
// the alerts with which a server refuses the client's certificate or the lack of one.
const certificateCodes =
  /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ALERT_(UNKNOWN_CA|HANDSHAKE_FAILURE)/;

/**
 * Why a connection failed, by the error's code alone: its text can contain an address.
 * @returns `certificate`, `unexpected-answer` for what is not HTTP, otherwise `unreachable`
 */
export const connectionProblem = (error: unknown): VaultProblem => {
  if (error instanceof VaultProblemError) return error.problem;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (certificateCodes.test(code)) return 'certificate';
  return code.startsWith('HPE_') ? 'unexpected-answer' : 'unreachable';
};
