import { describeFileFailure } from '@secret-store/command-line';
import { DatabaseError, type DatabaseErrorCode, describeConnectionFailure } from '@secret-store/db';
import { IsolationError } from '@secret-store/plugin-host';
import { SealingError } from '@secret-store/sealing';
import { z } from 'zod';
import { SettingsError, type Settings } from '../env.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { DamagedState } from '../ledger/state/state-folder.ts';

export interface StartFailure {
  /** 78 (EX_CONFIG of sysexits.h) where a restart does not help: the launcher gives up */
  readonly exitCode: 78 | 1;
  /** ours, without any value: of a foreign error only its kind is told */
  readonly message: string;
}

const ours = [SettingsError, SealingError, IsolationError, LedgerProblem, DamagedState];

/** Of the database, what stays until someone changes a setting or the server. */
const standing: ReadonlySet<DatabaseErrorCode> = new Set<DatabaseErrorCode>([
  ...(['ADDRESS_REFUSED', 'POOLER', 'TOO_FEW_CONNECTIONS', 'SERVER_TOO_OLD'] as const),
]);

const SystemError = z.object({ code: z.string(), syscall: z.string().optional(), path: z.string().optional() });
type SystemError = z.infer<typeof SystemError>;

const ofListening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens on this port: choose another SECRET_STORE_PORT',
  EADDRNOTAVAIL: 'SECRET_STORE_HOST is no address of this machine: use one of its own, or 0.0.0.0 or :: for all',
  EACCES: 'this user may not listen on this port: choose a SECRET_STORE_PORT above 1023',
  EAFNOSUPPORT: 'this machine has no addresses of the kind of SECRET_STORE_HOST: use one of its own',
  ENOTFOUND: 'SECRET_STORE_HOST is a name that this machine does not know: use an address of its own',
};

const problemWithListener = ({ code, syscall }: SystemError): string | undefined =>
  syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo' ? ofListening[code] : undefined;

const problemWithTls = ({ code, path }: SystemError, tls: Settings['tls']): string | undefined => {
  if (tls === null) return undefined;
  const setting = { [tls.certificateFile]: 'SECRET_STORE_TLS_CERT', [tls.keyFile]: 'SECRET_STORE_TLS_KEY' }[path ?? ''];
  if (setting !== undefined) return `the file of ${setting} cannot be read (${code}): correct the path or its owner`;
  return /^ERR_(OSSL|SSL|TLS)_/.test(code)
    ? 'SECRET_STORE_TLS_CERT and SECRET_STORE_TLS_KEY must name a PEM certificate and its PEM key without a password'
    : undefined;
};

/** Why the backend cannot start, and what to do. */
export const describeStartFailure = (error: unknown, tls: Settings['tls']): StartFailure => {
  if (error instanceof Error && ours.some((kind) => error instanceof kind)) {
    return { exitCode: 78, message: error.message };
  }
  if (error instanceof DatabaseError) {
    return { exitCode: standing.has(error.code) ? 78 : 1, message: error.message };
  }
  const system = SystemError.safeParse(error).data;
  const problem = system && (problemWithListener(system) ?? problemWithTls(system, tls));
  if (problem !== undefined) return { exitCode: 78, message: problem };
  const unknown = 'the backend could not start: see `cause` in this line';
  return { exitCode: 1, message: describeConnectionFailure(error) ?? describeFileFailure(error) ?? unknown };
};
