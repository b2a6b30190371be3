import { onlyArgument, parseWords, UsageProblem } from '@secret-store/command-line';

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const longestSeconds = 366 * seconds.d;
const usesMaximum = 10_000;

export interface InviteWords {
  /** null: the worker's own pool; with the recovery file the store's first */
  readonly poolName: string | null;
  readonly uses: number;
  readonly seconds: number;
  readonly recoveryFile: string | null;
}

export interface IdentityWords {
  readonly poolName: string | null;
  readonly issuer: string;
  readonly subject: string;
  /** null: this store's own */
  readonly audience: string | null;
  /** a file with the issuer's JWKS; null: members ask the issuer */
  readonly keysFile: string | null;
  readonly recoveryFile: string | null;
}

/** For a join token, or for an identity where an issuer is named. @throws {UsageProblem} */
export const parseInvite = (words: string[]): InviteWords | IdentityWords => {
  const option = { type: 'string' } as const;
  const oidc = { 'oidc-issuer': option, 'oidc-subject': option, 'oidc-audience': option, 'oidc-keys': option };
  const { values } = parseWords({
    args: words,
    options: { pool: option, uses: option, ttl: option, 'recovery-file': option, ...oidc },
  });
  const common = { poolName: values.pool ?? null, recoveryFile: values['recovery-file'] ?? null };
  const { 'oidc-issuer': issuer, 'oidc-subject': subject, 'oidc-audience': audience, 'oidc-keys': keys } = values;
  if (issuer === undefined && (subject ?? audience ?? keys) === undefined)
    return { ...common, uses: parseUses(values.uses ?? '1'), seconds: parseDuration(values.ttl ?? '1h') };
  if (issuer === undefined || subject === undefined)
    throw new UsageProblem('an identity has an issuer and a subject: give --oidc-issuer and --oidc-subject');
  if ((values.uses ?? values.ttl) !== undefined)
    throw new UsageProblem('an identity has neither --uses nor --ttl: its tokens end by themselves');
  return { ...common, issuer, subject, audience: audience ?? null, keysFile: keys ?? null };
};

const parseUses = (text: string): number => {
  const uses = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  if (uses >= 1 && uses <= usesMaximum) return uses;
  throw new UsageProblem(`--uses must be a number from 1 to ${usesMaximum}`);
};

const parseDuration = (text: string): number => {
  const [, count, unit] = /^([1-9][0-9]{0,7})([smhd])$/.exec(text) ?? [];
  const inSeconds = count === undefined ? 0 : Number(count) * seconds[unit as keyof typeof seconds];
  if (inSeconds >= 1 && inSeconds <= longestSeconds) return inSeconds;
  throw new UsageProblem('--ttl must be a duration such as 90s, 15m, 1h or 7d, of at most 366 days');
};

/** @throws {UsageProblem} */
export const parseWorkers = (words: string[]): { readonly json: boolean } =>
  parseWords({ args: words, options: { json: { type: 'boolean', default: false } } }).values;

/** @throws {UsageProblem} */
export const parseRevoke = (words: string[]): { readonly workerId: string; readonly recoveryFile: string | null } => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { 'recovery-file': { type: 'string' } },
  });
  const workerId = onlyArgument('ID', positionals);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(workerId))
    throw new UsageProblem('ID must be the id of a worker, as the command workers lists it');
  return { workerId, recoveryFile: values['recovery-file'] ?? null };
};

/** @throws {UsageProblem} */
export const parseRotate = (words: string[]): { readonly poolName: string | null } => ({
  poolName: parseWords({ args: words, options: { pool: { type: 'string' } } }).values.pool ?? null,
});

/** @throws {UsageProblem} */
export const parseReseal = (words: string[]): { readonly recoveryFile: string; readonly isSure: boolean } => {
  const { values } = parseWords({
    args: words,
    options: { 'recovery-file': { type: 'string' }, yes: { type: 'boolean', default: false } },
  });
  const { 'recovery-file': recoveryFile, yes: isSure } = values;
  if (recoveryFile !== undefined) return { recoveryFile, isSure };
  throw new UsageProblem('name the recovery file: reseal --recovery-file FILE');
};
