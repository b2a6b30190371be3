import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';

const certificateCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|EPROTO)/;

/** What a connection failed of. Only a system's code is looked at. */
export function connectionProblem(error: unknown): VaultProblem {
  if (error instanceof VaultProblemError) return error.problem;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (certificateCodes.test(code)) return 'certificate';
  return code.startsWith('HPE_') ? 'unexpected-answer' : 'unreachable';
}
