import path from 'node:path';
import { parseArgs } from 'node:util';

export interface RecoverySettings {
  readonly recoveryFile: string;
  /** Further certificates of the backend, beside those in the recovery file: as in `certificates.json` of its folder. */
  readonly certificatesFile: string | undefined;
  readonly allVersions: boolean;
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `usage: secret-store recover FILE [--all-versions] [--certificates FILE]

Opens internal values with the recovery file and prints one JSON object a line. Takes the database of DATABASE_URL, or the
embedded one of SECRET_STORE_DATA_DIR. Without --all-versions: the current values, as the backend signed them.`;

export function recoverySettings(words: string[], environment: NodeJS.ProcessEnv, root: string): RecoverySettings {
  const { values, positionals } = parse(words);
  const [recoveryFile, ...others] = positionals;
  if (recoveryFile === undefined || others.length > 0) throw new UsageError(usage);
  return {
    recoveryFile,
    certificatesFile: values.certificates,
    allVersions: values['all-versions'],
    databaseUrl: environment['DATABASE_URL'] || undefined,
    dataDirectory: path.resolve(root, environment['SECRET_STORE_DATA_DIR'] || '.secret-store'),
  };
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: { certificates: { type: 'string' }, 'all-versions': { type: 'boolean', default: false } },
    });
  } catch {
    throw new UsageError(usage);
  }
}
