import { backoffMilliseconds, retryAfterMilliseconds } from '@secret-store/provider-sdk/http';
import { saysSealed } from './complaints.ts';
import type { TransportAnswer } from './transport.ts';

/** A server that asks for a longer pause is not asked again. */
const maxAskedMilliseconds = 2_000;

/**
 * How long to wait before a retry, with jitter, so that many clients do not return at once; undefined for no retry.
 * 412 is a replica that has not caught up yet. A sealed server stays sealed until someone unseals it.
 * https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
export const retryPause = (answer: TransportAnswer, attempt: number, baseMilliseconds: number): number | undefined => {
  const { status } = answer;
  if (status !== 412 && status !== 429 && !(status >= 500 && !saysSealed(answer.body))) return undefined;
  const asked = retryAfterMilliseconds({ 'retry-after': answer.retryAfter }) ?? 0;
  if (asked > maxAskedMilliseconds) return undefined;
  return asked + backoffMilliseconds(attempt, baseMilliseconds);
};
