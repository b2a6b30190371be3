import { SecretNotFoundError, VaultProblemError } from '@secret-store/provider-sdk';
import { problemOfStatus } from '@secret-store/provider-sdk/http';
import { z } from 'zod';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ Its message may quote what was sent. */
const Status = z.object({
  reason: z.string(),
  details: z.object({
    kind: z.string().optional(),
    causes: z.array(z.object({ reason: z.string().optional(), field: z.string().optional() })).default([]),
  }),
});

/** @throws {SecretNotFoundError | VaultProblemError} */
export const requireSuccess = (code: number, content: unknown): void => {
  if (code >= 200 && code < 300) return;
  const { reason, details: { kind, causes = [] } = {} } = Status.safeParse(content).data ?? {};
  const isMissing = code === 404 && reason === 'NotFound' && kind === 'secrets';
  // otherwise no API server, or no such namespace
  if (code === 404) throw isMissing ? new SecretNotFoundError() : new VaultProblemError('wrong-engine');
  // 410: the list began too long ago; 422 without causes: a test in our patch failed, so the Secret is not ours
  if (code === 409 || code === 410 || (code === 422 && causes.length === 0)) throw new VaultProblemError('conflict');
  const isImmutable = causes.some((cause) => cause.reason === 'FieldValueForbidden' && cause.field === 'data');
  throw new VaultProblemError(isImmutable ? 'not-permitted' : (problemOfStatus(code) ?? 'unexpected-answer'));
};
