import { ApiError, type Envelope, type JoinPoolAnswer, type JoinPoolRequest } from '@secret-store/api';
import {
  entrySignerId,
  type PoolQuestion,
  type RootPublic,
  type RootPublicJson,
  verifyPoolQuestion,
} from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { verified } from './check-token.ts';
import { joinRefused, unknownPool } from './join-refused.ts';
import { logPart } from './log-parts.ts';

type PoolDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

/**
 * What a machine that is no worker yet verifies a pool by: the root, known by its fingerprint, and signed logs. It holds nothing secret.
 * @throws {ApiError} 2005 for an unknown pool, or a question that nobody may ask; 6001 (404) where what it names is unknown
 */
export const describePool = async (deps: PoolDependencies, asked: JoinPoolRequest): Promise<JoinPoolAnswer> => {
  const poolId = 'poolId' in asked ? asked.poolId : await poolOf(deps, await readQuestion(deps, asked.question));
  if (deps.ledger.memory.find('pool', poolId) === null) throw unknownPool();
  const pool = await deps.ledger.read('pool', poolId);
  if (pool === null) throw unknownPool();
  const first = await deps.pools.firstLog();
  const own = poolId === first.poolId ? null : await deps.pools.log(poolId);
  return {
    root: publicJson(deps.keys.root),
    pool: { id: pool.id, name: pool.name },
    logs: [first, ...(own === null ? [] : [own])].map((log) => logPart(log)),
  };
};

const publicJson = ({ verificationKey, recipient }: RootPublic): RootPublicJson => ({
  ...{ version: 1, signingPublicKey: verificationKey.publicKey, recipientPublicKey: recipient.publicKey },
});

const readQuestion = async ({ keys, pools }: PoolDependencies, question: Envelope): Promise<PoolQuestion> => {
  const keyId = verified(() => entrySignerId(question));
  const first = await pools.firstLog();
  const member = first.state.memberOf(keyId);
  const signer = member?.revokedAt === null ? member.key : keys.root.verificationKey;
  if (signer.keyId !== keyId)
    throw joinRefused('Only the recovery file, or a worker of the pool default, is told of other pools.');
  return verified(() => verifyPoolQuestion(question, signer));
};

const poolOf = async ({ ledger }: PoolDependencies, question: PoolQuestion): Promise<string> => {
  if ('poolName' in question) {
    const id = ledger.memory.claimant('pool', `name:${question.poolName}`);
    if (id !== null) return id;
    throw unknown(`There is no pool ${question.poolName}. Create it in the panel first.`);
  }
  const worker = isUuid(question.workerId) ? await ledger.read('worker', question.workerId) : null;
  if (worker !== null) return worker.poolId;
  throw unknown('There is no worker with this id. tools/secret-store workers lists them.');
};

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const unknown = (message: string): ApiError => new ApiError('InputValidationError', message, { status: 404 });
