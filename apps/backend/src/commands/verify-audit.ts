import { createReadStream } from 'node:fs';
import path from 'node:path';
import { exitCodes, parseWords, UsageProblem } from '@secret-store/command-line';
import { openDatabase } from '@secret-store/db';
import { keyFileNames } from '@secret-store/sealing';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { linesOf } from '../verifying/lines-of.ts';
import { verifyExport } from '../verifying/verify-export.ts';
import { verifyStore } from '../verifying/verify-store.ts';
import { runStoreCommand } from './command.ts';
import { createProgress } from './progress.ts';
import { readKeys, storeSettings, withDatabase } from './store-settings.ts';
import { exportLines, exportObject, storeLines, storeObject } from './verification-words.ts';

const print = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

const verifyDatabase = async (json: boolean): Promise<number> => {
  const settings = storeSettings(process.env);
  const keys = await readKeys(settings);
  const folder = StateFolder.at(path.join(settings.backendDirectory, keyFileNames.backend.state));
  // before the database: a store may run on
  const remembered = await folder.readHead();
  const progress = createProgress(({ events, rows }: { events: number; rows: number }) =>
    rows === 0 ? `${events} events verified` : `${events} events verified, ${rows} rows compared`,
  );
  const verified = await withDatabase(settings, async ({ url }) => {
    const db = await openDatabase({ url, connections: { reads: 1, writes: 1 } });
    try {
      return await verifyStore({ db, keys, remembered, onProgress: progress });
    } finally {
      await db.close();
    }
  });
  print(json ? [JSON.stringify(storeObject(verified))] : storeLines(verified));
  return verified.finding === null && verified.rows?.found === 0 ? 0 : exitCodes.invalidData;
};

const verifyFile = async (file: string, fingerprint: string, json: boolean): Promise<number> => {
  const lines = linesOf(createReadStream(file, 'utf8'));
  const progress = createProgress((events: number) => `${events} events verified`);
  const verified = await verifyExport(lines, fingerprint, progress);
  print(json ? [JSON.stringify(exportObject(verified))] : exportLines(verified));
  return verified.finding === null ? 0 : exitCodes.invalidData;
};

const verifyAudit = async (words: string[]): Promise<number> => {
  const { values } = parseWords({
    args: words,
    options: {
      file: { type: 'string' },
      'root-fingerprint': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { file, 'root-fingerprint': fingerprint, json } = values;
  if (file === undefined) {
    if (fingerprint !== undefined) throw new UsageProblem('--root-fingerprint belongs to --file');
    return verifyDatabase(json);
  }
  if (fingerprint === undefined) throw new UsageProblem('--file needs --root-fingerprint');
  return verifyFile(file, fingerprint.trim().toLowerCase(), json);
};

await runStoreCommand('verify-audit', verifyAudit);
