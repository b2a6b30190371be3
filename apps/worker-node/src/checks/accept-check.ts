import type { WorkerCheckTask } from '@secret-store/api/schemas';
import { backendKeyOf, verifyWorkerCheck, type WorkerCheck } from '@secret-store/sealing';
import { type ProviderConfiguration, verifyConfiguration } from '../configuration/verify-configuration.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';

export interface AcceptedCheck {
  readonly check: WorkerCheck;
  readonly configuration: ProviderConfiguration;
}

/**
 * Accepts a check only if the backend signed it, it has not expired, and came with the records that it names.
 * @throws {ResolveFailure | SealingError}
 */
export const acceptCheck = ({ root }: Pick<WorkerKeys, 'root'>, task: WorkerCheckTask, now: Date): AcceptedCheck => {
  const signerKey = backendKeyOf(task.backendCertificate, root);
  const check = verifyWorkerCheck(task.check, signerKey, now);
  if (check.checkId !== task.checkId)
    throw new ResolveFailure(exitCode.unavailable, 'the backend sent another check than the one it signed');
  return { check, configuration: verifyConfiguration(task, check) };
};
