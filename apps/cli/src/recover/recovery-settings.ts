import path from 'node:path';
import { onlyArgument, parseWords } from '@secret-store/command-line';

export interface RecoverySettings {
  readonly recoveryFile: string;
  /** Later certificates of the backend, as in `certificates.json` of its folder. */
  readonly certificatesFile: string | undefined;
  readonly allVersions: boolean;
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
}

/** @throws {UsageProblem} */
export const recoverySettings = (words: string[], environment: NodeJS.ProcessEnv, root: string): RecoverySettings => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { certificates: { type: 'string' }, 'all-versions': { type: 'boolean', default: false } },
  });
  return {
    recoveryFile: onlyArgument('FILE', positionals),
    certificatesFile: values.certificates,
    allVersions: values['all-versions'],
    databaseUrl: environment['DATABASE_URL'] || undefined,
    dataDirectory: path.resolve(root, environment['SECRET_STORE_DATA_DIR'] || '.secret-store'),
  };
};
