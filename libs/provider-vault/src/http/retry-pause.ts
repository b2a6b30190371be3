import { saysSealed } from './complaints.ts';
import type { TransportAnswer } from './transport.ts';

/** A server that asks for more patience than this is not asked again. */
const maxAskedMilliseconds = 2_000;

/**
 * How long to wait before a request is tried again, with jitter, so that many clients do not come back at once;
 * undefined where it is not. 412 is a replica that has not caught up yet. A sealed server stays so until somebody acts.
 * https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
export function retryPause(answer: TransportAnswer, attempt: number, baseMilliseconds: number): number | undefined {
  const { status } = answer;
  if (status !== 412 && status !== 429 && !(status >= 500 && !saysSealed(answer.body))) return undefined;
  const own = baseMilliseconds * 2 ** attempt * (0.5 + Math.random());
  const asked = askedMilliseconds(answer.retryAfter);
  if (asked > maxAskedMilliseconds) return undefined;
  return asked + own;
}

/** Seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#field.retry-after; what is neither asks for nothing. */
function askedMilliseconds(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? 0 : Math.max(0, until - Date.now());
}
