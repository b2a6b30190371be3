import { setImmediate as othersTurn } from 'node:timers/promises';
import type { SetEntry } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { type InternalEntry, isInternal } from './read-internal-value.ts';
import { VariableFailure } from './accepting/variable-failure.ts';

export interface Readers {
  readonly internal: (entry: InternalEntry) => Promise<string>;
  readonly plugin: (entry: SetEntry, signal: AbortSignal) => Promise<string>;
}

/** Takes about 5 ms, for which the worker answers nobody else. */
const openedAtOnce = 32;

/**
 * Reads the value of each entry, by its variable. Asks plugins for all of theirs at once; opens its own one after the
 * other meanwhile, since that needs the processor alone. The first failure ends the rest.
 * @throws {VariableFailure} that names the first variable that could not be read
 */
export const readAll = async (secrets: readonly SetEntry[], readers: Readers): Promise<Record<string, string>> => {
  const givenUp = new AbortController();
  const { signal } = givenUp;
  const values = new Map<string, string>();
  const readOne = async <Entry extends SetEntry>(entry: Entry, read: Read<Entry>): Promise<void> => {
    try {
      values.set(entry.environmentVariable, fitting(await read(entry, signal)));
    } catch (error) {
      throw new VariableFailure(entry, error);
    }
  };
  const openAll = async (): Promise<void> => {
    for (const [index, entry] of secrets.filter(isInternal).entries()) {
      if (index % openedAtOnce === openedAtOnce - 1) await othersTurn();
      if (signal.aborted) return;
      await readOne(entry, readers.internal);
    }
  };
  const plugins = secrets.filter((entry) => !isInternal(entry));
  try {
    await Promise.all([...plugins.map((entry) => readOne(entry, readers.plugin)), openAll()]);
    return Object.fromEntries(values);
  } catch (error) {
    givenUp.abort();
    throw error;
  }
};

type Read<Entry> = (entry: Entry, signal: AbortSignal) => Promise<string>;

/** Less than MAX_ARG_STRLEN of execve(2), which counts the name too. */
const environmentBytesMaximum = 128 * 1024 - 256;

const fitting = (value: string): string => {
  if (!value.includes('\0') && Buffer.byteLength(value) <= environmentBytesMaximum) return value;
  throw new ResolveFailure(
    exitCode.unavailable,
    'its value does not fit in an environment variable: it contains U+0000 or is too long',
  );
};
