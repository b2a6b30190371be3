import { ConfigurationError } from '@secret-store/provider-sdk';

const maxPathLength = 512;

/**
 * The segments of a path on the server; slashes around it are ignored.
 * @throws {ConfigurationError} naming the key
 */
export const parsePath = (key: string, text: string): string[] => {
  const segments = text
    .trim()
    .replace(/^\/+|\/+$/g, '')
    .split('/');
  const problem = pathProblem(segments);
  if (problem !== undefined) throw new ConfigurationError(key, problem, { reason: 'not-a-path' });
  if (text.length > maxPathLength)
    throw new ConfigurationError(key, `is longer than ${maxPathLength} characters`, { reason: 'not-a-name' });
  return segments;
};

/** What is wrong with a path, or undefined. The server would resolve `.` and `..` to other places. */
export const pathProblem = (segments: readonly string[]): string | undefined => {
  if (segments.some((segment) => segment === '')) return 'has an empty segment';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'must not have . or .. as a segment';
  if (segments.some((segment) => /\p{Cc}/u.test(segment) || !segment.isWellFormed())) {
    return 'holds a control character';
  }
  return undefined;
};

/** Whether a path is `folder` itself, or leads below it. */
export const isWithin = (path: readonly string[], folder: readonly string[]): boolean =>
  folder.every((segment, index) => segment === path[index]);
