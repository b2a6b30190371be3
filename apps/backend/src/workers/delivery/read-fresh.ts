import type { FreshDelivery } from '@secret-store/api';
import { envelopeSchema, type SetBody } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { poolsOf } from '../pools/pools-of.ts';
import { deliveredConfigurations } from './delivered-configurations.ts';
import { readRecords } from './sealed-records.ts';

/** The newest set of an algorithm, with what came with it. */
export interface FreshRead {
  /** that run the algorithm */
  readonly poolIds: readonly string[];
  /** `setHash` of the set */
  readonly hash: string;
  readonly content: FreshDelivery;
}

/**
 * Read once for all workers that hear of a change. Null where the algorithm is gone, or rows were changed outside the store.
 * @throws {SetIntegrityError | RowRefused} where rows were changed outside the store
 */
export const readFresh = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'sets'>,
  algorithmId: string,
): Promise<FreshRead | null> => {
  // so that no worker gets it that another backend revoked before
  await deps.ledger.chain.read();
  const [algorithm, set] = await Promise.all([
    deps.ledger.read('algorithm', algorithmId),
    verifiedSet(deps, readCommitted(deps), algorithmId),
  ]);
  if (algorithm === null || set === null) return null;
  const [{ providers, doubtful }, sealedValues] = await Promise.all([
    deliveredConfigurations(deps, set.body),
    readFreshValues(deps, set.body),
  ]);
  if (doubtful.length > 0) return null;
  const { certificate: backendCertificate } = deps.keys;
  const content = { backendCertificate, set: envelopeSchema.parse(set.envelope), sealedValues, providers };
  return { poolIds: poolsOf(algorithm), hash: set.hash, content };
};

/** The sealed values that came with this very set, by secret id. */
const readFreshValues = async (deps: Pick<Dependencies, 'db'>, { number, secrets }: SetBody) => {
  const fresh = secrets.filter(({ since, sealedHash }) => since === number && sealedHash !== null);
  if (fresh.length === 0) return {};
  const records = await readRecords(deps, fresh);
  return Object.fromEntries(fresh.map(({ secretId, providerKey }) => [secretId, records[providerKey]]));
};
