import type { ModuleUploadResult } from '@secret-store/api';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { readPreparation } from '../modules/read-preparation.ts';

/** Under the 30 s that a client may count on. */
const answerMilliseconds = 25_000;

/** The result, or after a while that it is still going on, which it does. */
export const answerInTime = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'log'>,
  { providerId, sha256 }: { readonly providerId: string; readonly sha256: string },
  work: Promise<ModuleUploadResult>,
  milliseconds = answerMilliseconds,
): Promise<ModuleUploadResult> => {
  const answered = new AbortController();
  const result = work.finally(() => answered.abort());
  const late = pause(milliseconds, 'late' as const, { signal: answered.signal, ref: false }).catch(
    () => 'late' as const,
  );
  const first = await Promise.race([result, late]);
  if (first !== 'late') return first;
  result.catch((error: unknown) => deps.log.error({ providerId, cause: describeError(error) }, 'a preparation failed'));
  const preparation = await readPreparation(deps, providerId);
  const isThis = preparation?.sha256 === sha256 && preparation.state === 'running';
  return {
    sha256,
    state: 'waiting',
    step: isThis ? preparation.step : 'start',
    message:
      'This version is still being tested and becomes active when it passes. Until then, the current version stays active.',
  };
};
