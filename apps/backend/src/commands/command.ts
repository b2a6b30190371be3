import { CommandProblem, exitCodes, runCommand } from '@secret-store/command-line';
import { DatabaseError } from '@secret-store/db';
import { SealingError } from '@secret-store/sealing';
import pg from 'pg';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { DamagedState } from '../ledger/state/state-folder.ts';
import { RestoreProblem } from '../restoring/accept-database.ts';
import { ExportProblem } from '../verifying/verify-export.ts';

const undefinedColumnOrTable = ['42703', '42P01'];

/** An error as a sentence. Of one that is not ours only its kind is told: it may quote a row or an address. */
const problemOf = (error: unknown): CommandProblem => {
  if (error instanceof CommandProblem) return error;
  if (error instanceof RestoreProblem || error instanceof ExportProblem || error instanceof LedgerProblem) {
    return new CommandProblem(exitCodes.invalidData, error.message);
  }
  if (error instanceof DatabaseError && error.code === 'OVERLOADED') {
    return new CommandProblem(exitCodes.unavailable, error.message);
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

/** A program of the store on its own database: errors of what it works with become sentences. */
export const runStoreCommand = (name: string, run: (words: string[]) => Promise<number>): Promise<void> =>
  runCommand(`See tools/secret-store ${name} --help`, (words) =>
    run(words).catch((error: unknown) => {
      throw problemOf(error);
    }),
  );
