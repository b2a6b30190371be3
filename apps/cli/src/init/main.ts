import path from 'node:path';
import { createStoreKeys } from '@secret-store/sealing';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { allowTakeover } from './allow-takeover.ts';
import { writeStoreKeys } from './write-store-keys.ts';

await runProgram('init', async (words) => {
  const { positionals } = parseWords({ args: words, allowPositionals: true });
  const dataDirectory = path.resolve(onlyArgument('DIRECTORY', positionals));
  await writeStoreKeys(dataDirectory, createStoreKeys).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'the keys cannot be written';
    throw new CommandProblem(exitCodes.failed, reason, { cause });
  });
  // an outside database is taken over with the recovery file alone
  if (!process.env['DATABASE_URL']) await allowTakeover(dataDirectory);
  return 0;
});
