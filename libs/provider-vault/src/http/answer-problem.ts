import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import { hasComplaint, saysSealed, saysUpgrading } from './complaints.ts';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultAnswer, VaultHttp } from './vault-http.ts';

/**
 * What an unsuccessful answer says about the server. Contains no text from the server and no cause: either
 * could quote a value or the token.
 */
export const problemOf = async (
  answer: VaultAnswer,
  http: VaultHttp,
  deadline: Deadline,
): Promise<VaultProblemError> => {
  const { status, body } = answer;
  if (status >= 500) {
    const otherwise = saysSealed(body) ? 'sealed' : 'unavailable';
    return new VaultProblemError((await ownWords(http, deadline)) ?? otherwise);
  }
  // A standby that cannot forward requests redirects its clients to the active node.
  if (status >= 300 && status < 400) return new VaultProblemError((await ownWords(http, deadline)) ?? 'redirected');
  if (status === 400 && saysUpgrading(body)) return new VaultProblemError('unavailable');
  if (status === 404 && hasComplaint(body)) return new VaultProblemError('wrong-engine');
  return new VaultProblemError(problems.get(status) ?? 'unexpected-answer');
};

const problems = new Map<number, VaultProblem>([
  [401, 'not-authenticated'],
  [403, 'not-permitted'],
  [412, 'unavailable'],
  [413, 'too-large'],
  [429, 'throttled'],
]);

// Read from the body and not the status: a proxy in front has its own statuses.
const health = z.object({ initialized: z.boolean(), sealed: z.boolean(), standby: z.boolean() });

/** https://developer.hashicorp.com/vault/api-docs/system/health */
const ownWords = async (http: VaultHttp, deadline: Deadline): Promise<VaultProblem | undefined> => {
  try {
    const { success, data } = health.safeParse((await http.sendHealthRequest(deadline)).body);
    if (!success) return undefined;
    if (!data.initialized) return 'not-initialized';
    if (data.sealed) return 'sealed';
    return data.standby ? 'standby' : undefined;
  } catch {
    // Report the first answer.
    return undefined;
  }
};
