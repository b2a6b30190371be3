import { VaultProblemError } from '@secret-store/provider-sdk';

/** What went wrong before there was an answer. */
export function connectionProblem(error: unknown): VaultProblemError {
  if (error instanceof Error && error.name === 'TimeoutError') return new VaultProblemError('timed-out');
  // fetch puts the system's error into `cause`
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code);
  return new VaultProblemError(isCertificate ? 'certificate' : 'unreachable');
}
