import { createHash } from 'node:crypto';
import type { WorkerAnswer } from '@secret-store/sealing';
import { sealedRecords } from '../../configurations/activation.ts';
import type { StoredVersion } from '../../configurations/provider-version.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import type { Candidate } from './candidate.ts';
import { NoWorker, TrialFailure } from './trial-failure.ts';
import type { TrialLog } from './trial-log.ts';

/** Each takes a worker about a second. */
const sampleSize = 3;

type StoredSecret = Pick<Rows['secret'], 'id' | 'algorithmId' | 'environmentVariable' | 'version' | 'providerKey'>;
type Question = Parameters<Dependencies['workerReader']['check']>[0];
type Sealed = Pick<Question, 'sealed' | 'sealedForWorkers'>;

/**
 * Asks a worker for the versions of some secrets that the provider has stored, those that changed last. One that the candidate
 * does not find is compared with the active version: what that cannot read either is no reason to keep it.
 * @param active what serves now; null where nothing does, `itself` where the candidate does
 * @throws {TrialFailure} when the active version can read one that the candidate cannot
 * @throws {NoWorker}
 */
export const tryStoredSecrets = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'workerReader'>,
  { providerId, bound: { sealed, sealedForWorkers } }: Candidate,
  active: StoredVersion | 'itself' | null,
  log: TrialLog,
): Promise<void> => {
  const secrets = active === null ? [] : await sampleOf(deps, providerId);
  if (sealed === null || active === null || secrets.length === 0) return log.done('stored');
  if (!(await deps.workerReader.comesOnline())) throw new NoWorker();
  await log.begin('stored');
  for (const secret of secrets) {
    const answer = await askVersion(deps, providerId, { sealed, sealedForWorkers }, secret);
    if (answer.outcome === 'match') continue;
    if (active === 'itself') throw notThere(secret, answer);
    const before = await askVersion(deps, providerId, await sealedRecords(deps, active), secret);
    if (before.outcome === 'match') throw unreadable(secret, answer);
  }
  await log.done('stored');
};

const sampleOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  providerId: string,
): Promise<readonly StoredSecret[]> =>
  ledger.genuineAll(
    'secret',
    await db.prisma.secret.findMany({
      where: { providerId, reference: null },
      orderBy: { updatedAt: 'desc' },
      take: sampleSize,
    }),
  );

const nothingExpected = createHash('sha256').update('').digest('base64url');

const askVersion = async (
  { workerReader }: Pick<Dependencies, 'workerReader'>,
  providerId: string,
  sealed: Sealed,
  { id: secretId, algorithmId, environmentVariable, version, providerKey }: StoredSecret,
): Promise<WorkerAnswer> => {
  const context = { secretId, algorithmId, environmentVariable, version };
  const question = { providerId, providerKey, context, expectedHash: nothingExpected, onlyVersion: true as const };
  const answer = await workerReader.check({ ...question, ...sealed });
  if (answer === null) throw new NoWorker();
  return answer;
};

const reasonOf = ({ outcome, message }: WorkerAnswer): string =>
  outcome === 'not-found' ? 'it is not there' : message;

const notThere = ({ id, environmentVariable }: StoredSecret, answer: WorkerAnswer): TrialFailure =>
  new TrialFailure(
    'stored',
    `A worker cannot read the stored secret ${environmentVariable} (${id}): ${reasonOf(answer)}. Look for it in the vault, or save its value again.`,
  );

const unreadable = ({ id, environmentVariable }: StoredSecret, answer: WorkerAnswer): TrialFailure =>
  new TrialFailure(
    'stored',
    `A worker cannot read the stored secret ${environmentVariable} (${id}) with it, and can with the current version: ${reasonOf(answer)}. ` +
      'Check that address, path and credentials still lead to the stored secrets.',
  );
