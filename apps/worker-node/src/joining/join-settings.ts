import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseWords } from '@secret-store/command-line';
import {
  isJoinIdentity,
  type JoinIdentity,
  type JoinToken,
  parseJoinIdentity,
  parseJoinToken,
  SealingError,
} from '@secret-store/sealing';
import { JoinRefused } from '../errors/resolve-failure.ts';
import { SettingError } from '../errors/setting-error.ts';

/** What the words of `worker` say; each goes before the setting of the same meaning. */
export interface WorkerWords {
  readonly url?: string | undefined;
  /** a join token or a join identity, or `-` for standard input */
  readonly join?: string | undefined;
  readonly name?: string | undefined;
  readonly ca?: string | undefined;
  /** a file with a token of the issuer of a join identity */
  readonly 'identity-token'?: string | undefined;
}

export const workerUsage =
  'usage: secret-store worker --url URL [--join TOKEN|-] [--identity-token FILE] [--name NAME] [--ca FILE]';

/** @throws {UsageProblem} */
export const parseWorkerWords = (words: string[]): WorkerWords => {
  const option = { type: 'string' } as const;
  return parseWords({
    args: words,
    options: { url: option, join: option, name: option, ca: option, 'identity-token': option },
  }).values;
};

/** The issuer's token, read at each call: Kubernetes replaces the file. */
export const readIdentityToken = async (words: WorkerWords, environment: NodeJS.ProcessEnv): Promise<string> => {
  const file = words['identity-token'] ?? environment.SECRET_STORE_IDENTITY_TOKEN_FILE;
  if (!file)
    throw new SettingError('a join identity needs a token of its issuer: name its file with --identity-token FILE');
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SettingError(`${file}, the token of the identity's issuer, cannot be read`, { cause });
  });
};

/**
 * The join token or join identity; null where none is given. Read only while the worker has no keys.
 * @throws {JoinRefused} when it is none, or only a part of one
 */
export const readJoinToken = async (
  words: WorkerWords,
  environment: NodeJS.ProcessEnv,
): Promise<JoinToken | JoinIdentity | null> => {
  const given = await givenText(words.join, environment.SECRET_STORE_JOIN_TOKEN_FILE);
  if (given === null) return null;
  try {
    return isJoinIdentity(given) ? parseJoinIdentity(given) : parseJoinToken(given);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new JoinRefused(error.message, { cause: error });
  }
};

const givenText = async (word: string | undefined, file: string | undefined): Promise<string | null> => {
  if (word === '-') return text(process.stdin);
  if (word !== undefined) return word;
  if (!file) return null;
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SettingError(`SECRET_STORE_JOIN_TOKEN_FILE: ${file} cannot be read`, { cause });
  });
};
