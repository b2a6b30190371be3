import {
  type SealedRecord,
  sealedRecordSchema,
  SealingError,
  type VerificationKey,
  verifySealedRecord,
} from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

type OwnRecordDependencies = Pick<Dependencies, 'keys' | 'ledger' | 'pools'>;

/**
 * A record that this backend sealed, or that the root or a worker of one of the pools sealed again: by the pool's signed log, also where
 * the worker was revoked since.
 * @throws {SealingError} BAD_RECORD, or BAD_SIGNATURE for any other signer and any edit
 */
export const verifyOwnRecord = async (deps: OwnRecordDependencies, record: unknown): Promise<SealedRecord> => {
  const { success, data } = sealedRecordSchema.safeParse(record);
  if (!success) throw new SealingError('BAD_RECORD', 'the sealed record has an unknown form');
  return verifySealedRecord({ record, signerKey: await signerOf(deps, data.signature.keyId) });
};

const signerOf = async ({ keys, ledger, pools }: OwnRecordDependencies, keyId: string): Promise<VerificationKey> => {
  const own = [keys.verificationKey, keys.root.verificationKey].find((key) => key.keyId === keyId);
  if (own !== undefined) return own;
  for (const { id } of ledger.memory.living('pool')) {
    const log = await pools.log(id);
    const member = log?.isFounded === true ? log.state.memberOf(keyId) : undefined;
    if (member !== undefined) return member.key;
  }
  throw new SealingError(
    'BAD_SIGNATURE',
    'neither this backend nor a worker or the root of this store signed the sealed record',
  );
};
