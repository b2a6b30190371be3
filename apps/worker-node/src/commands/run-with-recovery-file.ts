import { readFile } from 'node:fs/promises';
import { SealingError } from '@secret-store/sealing';
import type { BackendAddress } from '../backend/backend-address.ts';
import { readBackendAddress } from '../daemon-env.ts';
import { exitCode } from '../errors/exit-code.ts';
import { BackendRefusal, ResolveFailure } from '../errors/resolve-failure.ts';

/** Does something with the root's keys, on a machine that need not be a worker. @throws {ResolveFailure} */
export const runWithRecoveryFile = async <Result>(
  file: string,
  run: (content: unknown, backend: BackendAddress) => Promise<Result>,
): Promise<Result> => {
  const backend = readBackendAddress();
  const content = await readJson(file);
  try {
    return await run(content, backend);
  } catch (error) {
    if (error instanceof BackendRefusal) throw new ResolveFailure(error.exitCode, error.answer.said, { cause: error });
    if (error instanceof SealingError)
      throw new ResolveFailure(
        exitCode.configuration,
        `the recovery file or the store is not genuine: ${error.message}`,
        {
          cause: error,
        },
      );
    throw error;
  }
};

/** A parser's own text may quote a key. */
const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ResolveFailure(exitCode.configuration, `${file} cannot be read as a recovery file`, { cause });
  }
};
