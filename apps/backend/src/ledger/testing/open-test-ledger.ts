import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '@secret-store/db';
import { stateFileNames } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { BackendKeys } from '../../dependencies.ts';
import { Ledger } from '../ledger.ts';
import { StateFolder } from '../state/state-folder.ts';

export interface TestLedger {
  readonly ledger: Ledger;
  readonly directory: string;
  close(): Promise<void>;
}

interface TestLedgerDependencies {
  readonly db: Database;
  readonly keys: Pick<BackendKeys, 'signer' | 'verificationKey' | 'keyRing'>;
  readonly log: Logger;
}

/** Loaded from the database as it is. Nothing is chained until `flush`. */
export const openTestLedger = async (
  deps: TestLedgerDependencies,
  { firstStart = false } = {},
): Promise<TestLedger> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'secret-store-ledger-'));
  if (firstStart) await writeFile(path.join(directory, stateFileNames.firstStart), '');
  const ledger = new Ledger({ ...deps, folder: await StateFolder.open(directory) });
  await ledger.chain.load();
  return { ledger, directory, close: () => rm(directory, { recursive: true, force: true }) };
};
