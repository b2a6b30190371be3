import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseWords } from '@secret-store/command-line';
import { type JoinToken, parseJoinToken, SealingError } from '@secret-store/sealing';
import { JoinRefused } from '../errors/resolve-failure.ts';
import { SettingError } from '../errors/setting-error.ts';

/** What the words of `worker` say; each goes before the setting of the same meaning. */
export interface WorkerWords {
  readonly url?: string | undefined;
  /** a join token, or `-` for standard input */
  readonly join?: string | undefined;
  readonly name?: string | undefined;
  readonly ca?: string | undefined;
}

export const workerUsage = 'usage: secret-store worker --url URL [--join TOKEN|-] [--name NAME] [--ca FILE]';

/** @throws {UsageProblem} */
export const parseWorkerWords = (words: string[]): WorkerWords => {
  const option = { type: 'string' } as const;
  return parseWords({ args: words, options: { url: option, join: option, name: option, ca: option } }).values;
};

/**
 * The join token; null where none is given. Read only while the worker has no keys.
 * @throws {JoinRefused} when it is none, or only a part of one
 */
export const readJoinToken = async (words: WorkerWords, environment: NodeJS.ProcessEnv): Promise<JoinToken | null> => {
  const given = await givenText(words.join, environment.SECRET_STORE_JOIN_TOKEN_FILE);
  if (given === null) return null;
  try {
    return parseJoinToken(given);
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
