import { z } from 'zod';

const Failure = z.object({ code: z.string(), syscall: z.string() }).partial();

/** Of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html), and of the system for a connection. */
const sentences: Readonly<Record<string, string>> = {
  '28P01': 'the database does not accept this role with this password: check both in its address',
  '28000':
    'the database does not let this role in from here: check the role in its address, pg_hba.conf of the server, and whether the server asks for TLS (sslmode=require)',
  '3D000': 'the server has no database of this name: create it, or correct the name in its address',
  '53300': 'the server has no connection left: raise its max_connections, or end what uses them',
  '53100': 'the disk of the database is full: make room on it',
  '25006': 'the database is read-only: use the address of the primary server, and check default_transaction_read_only',
  ERR_INVALID_URL:
    'the address of the database is none: write postgresql://user:password@host:5432/database, with each special character of the password in percent-encoding, such as %40 for @',
};

const unknownHost: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL']);
const nobodyAnswers: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', '57P03'],
]);

/** What Node and OpenSSL say of a certificate. */
const ofCertificate = /^(ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_SSL_|EPROTO$)/;

const messages: readonly (readonly [part: string, sentence: string])[] = [
  [
    'does not support SSL',
    'the database server has no TLS: turn on ssl there, or write sslmode=disable into the address where the network is trusted',
  ],
  ['timeout', 'the server of the database does not answer in time: check host and port in its address'],
  ['password must be a string', 'the database asks for a password: add it to its address'],
];

/**
 * Why no connection to a database could be made or used, and what to do, in one sentence without the address; null for anything
 * else.
 */
export const describeConnectionFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null;
  const { code = '', syscall } = Failure.safeParse(error).data ?? {};
  const known = sentences[code];
  if (known !== undefined) return known;
  if (unknownHost.has(code)) return 'the host of the database is unknown: correct it in its address, or check the DNS';
  // without a call it is the server's own word; a file that is not there is something else
  if (nobodyAnswers.has(code) && (syscall === undefined || ['connect', 'read', 'write'].includes(syscall))) {
    return 'nothing answers at the address of the database: check host and port, and that PostgreSQL runs there';
  }
  if (ofCertificate.test(code)) {
    return `the certificate of the database server is not accepted (${code}): name its authority with sslrootcert=FILE in the address, or write sslmode=require to encrypt without verifying it`;
  }
  return messages.find(([part]) => error.message.includes(part))?.[1] ?? null;
};
