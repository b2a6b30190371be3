import { DatabaseError } from '@secret-store/db';
import { SealingError } from '@secret-store/sealing';
import pg from 'pg';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { DamagedState } from '../ledger/state/state-folder.ts';
import { RestoreProblem } from '../restoring/accept-database.ts';
import { ExportProblem } from '../verifying/verify-export.ts';

/** What the commands answer beside 0, with the numbers of sysexits.h. */
export const exitCodes = { usage: 64, invalidData: 65, unavailable: 69, configuration: 78 } as const;

/** A command cannot do its work. The message says why and how to fix it. */
export class CommandProblem extends Error {
  override readonly name: string = 'CommandProblem';

  constructor(
    readonly exitCode: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export class UsageProblem extends CommandProblem {
  override readonly name = 'UsageProblem';

  constructor(message: string) {
    super(exitCodes.usage, message);
  }
}

const undefinedColumnOrTable = ['42703', '42P01'];

/** An error as a sentence. Of one that is not ours only its kind is told: it may quote a row or an address. */
const problemOf = (error: unknown): CommandProblem => {
  if (error instanceof CommandProblem) return error;
  if (error instanceof RestoreProblem || error instanceof ExportProblem || error instanceof LedgerProblem) {
    return new CommandProblem(exitCodes.invalidData, error.message);
  }
  if (error instanceof SealingError || error instanceof DatabaseError || error instanceof DamagedState) {
    return new CommandProblem(exitCodes.configuration, error.message);
  }
  if (error instanceof pg.DatabaseError) {
    return undefinedColumnOrTable.includes(error.code ?? '')
      ? new CommandProblem(
          exitCodes.configuration,
          'the database is from another version of the store: start this version on it once, which brings it up to date',
        )
      : new CommandProblem(exitCodes.unavailable, `the database refused a statement (${error.code ?? 'no code'})`);
  }
  if (error instanceof Error && 'syscall' in error) return new CommandProblem(exitCodes.unavailable, error.message);
  return new CommandProblem(
    exitCodes.unavailable,
    `the command failed with ${error instanceof Error ? error.name : 'an error'}`,
  );
};

/** Runs a command on the words of the command line; what `run` answers is the exit code. */
export const runCommand = async (name: string, run: (words: string[]) => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    const problem = problemOf(error);
    process.stderr.write(`secret-store: ${problem.message}\n`);
    if (problem instanceof UsageProblem) process.stderr.write(`See tools/secret-store ${name} --help\n`);
    process.exitCode = problem.exitCode;
  }
};
