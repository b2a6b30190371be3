import { ApiError } from '@secret-store/api';
import pino from 'pino';
import { expect, test } from 'vitest';
import { logFailure } from './answer-errors.ts';

const logged = (error: ApiError): unknown => {
  const lines: string[] = [];
  logFailure(pino({}, { write: (line: string) => lines.push(line) }), error, 'a-request');
  return JSON.parse(lines.join(''));
};

test('a failure is logged with what caused it, or with where it arose, and never with what it says', () => {
  const failed = (options = {}) => new ApiError('SecretProviderFailed', 'a sentence', options);
  const frames = expect.arrayContaining([expect.stringContaining('answer-errors.spec.ts')]);
  expect(logged(failed())).toMatchObject({ code: 8009, cause: { name: 'ApiError', frames } });
  const cause = new TypeError('another sentence');
  expect(logged(failed({ cause }))).toMatchObject({ code: 8009, cause: { name: 'TypeError', frames } });
  expect(JSON.stringify([logged(failed()), logged(failed({ cause }))])).not.toContain('sentence');
});
