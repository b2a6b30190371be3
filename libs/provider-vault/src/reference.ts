import { InvalidReferenceError } from '@secret-store/provider-sdk';
import { isWithin, pathProblem } from './configuration/parse-path.ts';
import { referenceMark, type VaultConfiguration } from './configuration/vault-configuration.ts';
import { valueField } from './key-value/key-value-engine.ts';

/** An existing secret below one of the paths that the configuration allows for references. */
export interface Reference {
  /** The configured path. */
  readonly allowedPath: readonly string[];
  /** The part below it, at least one segment. */
  readonly rest: readonly string[];
  readonly field: string;
}

/** The host accepts a provider key of at most 1,024 characters. */
const maxKeyLength = 1_024;

/**
 * Reads `mount/folder/name` or `mount/folder/name#field`.
 * @throws {InvalidReferenceError}
 */
export const parseReference = (
  text: string,
  { path: ownPath, referencePaths }: Pick<VaultConfiguration, 'path' | 'referencePaths'>,
): Reference => {
  const mark = text.lastIndexOf('#');
  const segments = (mark === -1 ? text : text.slice(0, mark)).split('/');
  const field = mark === -1 ? valueField : text.slice(mark + 1);
  const allowedPath = referencePaths.find((path) => isWithin(segments, path) && segments.length > path.length);
  if (pathProblem(segments) !== undefined || pathProblem([field]) !== undefined) throw new InvalidReferenceError();
  if (!allowedPath || isWithin(segments, ownPath)) throw new InvalidReferenceError();
  return { allowedPath, rest: segments.slice(allowedPath.length), field };
};

/** @throws {InvalidReferenceError} if it is too long for a key */
export const keyOfReference = ({ allowedPath, rest, field }: Reference): string => {
  const key = `${referenceMark}${[...allowedPath, ...rest].join('/')}#${field}`;
  if (key.length > maxKeyLength) throw new InvalidReferenceError();
  return key;
};

/** How people write the reference to an entry, or undefined if the configuration does not allow it. */
export const referenceTo = (
  entry: string,
  configuration: Pick<VaultConfiguration, 'path' | 'referencePaths'>,
): string | undefined => {
  const reference = entry.includes('#') ? `${entry}#${valueField}` : entry;
  try {
    keyOfReference(parseReference(reference, configuration));
    return reference;
  } catch {
    return undefined;
  }
};

/** The reference that a provider key holds, or undefined for the key of one of our own secrets. */
export const referenceInKey = (key: string): string | undefined =>
  key.startsWith(referenceMark) ? key.slice(referenceMark.length) : undefined;
