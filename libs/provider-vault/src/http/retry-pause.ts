import { backoffMilliseconds, retryAfterMilliseconds } from '@secret-store/provider-sdk/http';
import { saysSealed } from './complaints.ts';
import type { TransportAnswer } from './transport.ts';
import type { VaultLimits } from './vault-limits.ts';

/** The pause that a server asks for which limits the number of requests; undefined for any other answer. */
export const throttledFor = ({ status, retryAfter }: TransportAnswer): number | undefined =>
  status === 429 ? (retryAfterMilliseconds({ 'retry-after': retryAfter }) ?? 0) : undefined;

/**
 * How long to wait before a retry, with jitter, so that many clients do not return at once; undefined for no retry.
 * 412 is a replica that has not caught up yet. A sealed server stays sealed until someone unseals it.
 * A server that limits the number of requests is asked again for as long as the call has time, any other one `retries` times.
 * https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
export const retryPause = (
  answer: TransportAnswer,
  attempt: number,
  { retries, retryMilliseconds }: Pick<VaultLimits, 'retries' | 'retryMilliseconds'>,
): number | undefined => {
  const { status } = answer;
  if (status !== 412 && status !== 429 && !(status >= 500 && !saysSealed(answer.body))) return undefined;
  if (status !== 429 && attempt >= retries) return undefined;
  const asked = retryAfterMilliseconds({ 'retry-after': answer.retryAfter }) ?? 0;
  return asked + backoffMilliseconds(attempt, retryMilliseconds);
};
