import type { IncomingHttpHeaders } from 'node:http';

/**
 * How long the server asks to be left alone, from the header `Retry-After`: seconds or a date,
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @returns undefined if the header is missing or is neither
 */
export const retryAfterMilliseconds = (headers: Pick<IncomingHttpHeaders, 'retry-after'>): number | undefined => {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
};

/**
 * A pause that doubles with each attempt up to a second, with jitter, so that many clients do not return at the same time.
 * @param attempt 0 for the first one
 */
export const backoffMilliseconds = (attempt: number, baseMilliseconds: number): number =>
  Math.min(baseMilliseconds * 2 ** attempt, longestBackoffMilliseconds) * (0.5 + Math.random());

const longestBackoffMilliseconds = 1_000;
