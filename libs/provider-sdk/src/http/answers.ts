import { VaultProblemError } from '../errors.ts';
import type { VaultProblem } from '../vault-problem.ts';
import { parseJson } from './parse-json.ts';
import type { HttpAnswer } from './send-once.ts';

/**
 * What a status means at every vault.
 * @returns undefined for a success, and for what each vault means differently, such as 400, 404 and 409
 */
export const problemOfStatus = (status: number): VaultProblem | undefined => {
  if (status >= 500) return 'unavailable';
  return status >= 300 && status < 400 ? 'redirected' : problems.get(status);
};

const problems = new Map<number, VaultProblem>([
  [401, 'not-authenticated'],
  [403, 'not-permitted'],
  [413, 'too-large'],
  [429, 'throttled'],
]);

/**
 * Ask first for the statuses that mean something to you, such as 404.
 * @throws {VaultProblemError} unless the status is 200 to 299: what it means, or `unexpected-answer`. Holds nothing that the server sent
 */
export const requireSuccess = ({ status }: Pick<HttpAnswer, 'status'>): void => {
  if (status >= 200 && status < 300) return;
  throw new VaultProblemError(problemOfStatus(status) ?? 'unexpected-answer');
};

/**
 * The content of a successful answer.
 * @throws {VaultProblemError} as `requireSuccess`, and `unexpected-answer` if it is not JSON
 */
export const readJson = (answer: Pick<HttpAnswer, 'status' | 'text'>): unknown => {
  requireSuccess(answer);
  const content = parseJson(answer.text);
  if (content === undefined) throw new VaultProblemError('unexpected-answer');
  return content;
};
