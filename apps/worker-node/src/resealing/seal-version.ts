import type { GivenVersion, WorkerVersionTask } from '@secret-store/api/schemas';
import {
  backendKeyOf,
  seal,
  type SealedRecord,
  sealedRecordHash,
  SealingError,
  verifyVersionQuestion,
} from '@secret-store/sealing';
import { errorName } from '../errors/error-name.ts';
import { BatchVerifier, openAccepted } from './accept-record.ts';
import { allowedRecipients } from './allowed-recipients.ts';
import type { ResealDependencies } from './reseal-dependencies.ts';
import { takeLogs } from './reseal-pending.ts';

export interface SealVersionDependencies extends Pick<ResealDependencies, 'keys' | 'logs' | 'log'> {
  readonly now?: () => Date;
}

/** Seals an earlier value as the next version of the same secret, or says why not. */
export const sealVersion = async (deps: SealVersionDependencies, task: WorkerVersionTask): Promise<GivenVersion> => {
  const { questionId } = task;
  try {
    await takeLogs(deps, task.logs);
    const record = await sealAsNext(deps, task);
    deps.log.info({ questionId }, 'an earlier value is sealed as a new version');
    return { questionId, result: { record } };
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    deps.log.warn(
      { questionId, reason: error.message, cause: errorName(error) },
      'an earlier value is not sealed as a new version',
    );
    return { questionId, result: { failure: error.code === 'NO_KEY' ? 'no-key' : 'refused' } };
  }
};

/**
 * Only what a backend of this store asks for, and only the value of an earlier version of a secret that the signed set has, as the
 * version after the one in the set: same secret, same algorithm, same variable.
 */
const sealAsNext = async (deps: SealVersionDependencies, task: WorkerVersionTask): Promise<SealedRecord> => {
  const { backendCertificate } = task;
  const signerKey = backendKeyOf(backendCertificate, deps.keys.root);
  const question = verifyVersionQuestion(task.question, signerKey, deps.now?.() ?? new Date());
  const { algorithmId, secretId, version, hash, current } = question;
  if (question.questionId !== task.questionId)
    throw new SealingError('UNTRUSTED', 'the backend sent another question than the one it signed');
  const verifier = new BatchVerifier(deps, { sets: { [algorithmId]: task.set }, backendCertificate });
  const entry = verifier.entryOf(question);
  if (entry.version !== current)
    throw new SealingError('UNTRUSTED', 'the question is about another version than the signed set has');
  const accepted = verifier.accept({ place: { kind: 'value', algorithmId, secretId, version }, record: task.record });
  if (sealedRecordHash(accepted.record) !== hash)
    throw new SealingError('UNTRUSTED', 'the sealed record is not the one that the question names');
  const { environmentVariable } = entry;
  if (accepted.binding.type !== 'secret' || accepted.binding.environmentVariable !== environmentVariable)
    throw new SealingError('BAD_BINDING', 'the sealed record belongs to another variable');
  const recipients = allowedRecipients(deps, accepted, task.recipients);
  const value = await openAccepted(deps, accepted);
  try {
    const binding = { type: 'secret', secretId, algorithmId, environmentVariable, version: current + 1 } as const;
    return await seal({ value, binding, recipients, signer: deps.keys.signer });
  } finally {
    value.fill(0);
  }
};
