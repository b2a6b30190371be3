import {
  open,
  SealingError,
  sealedRecordHash,
  verifySealedRecord,
  type RecoveryKeys,
  type SecretBinding,
} from '@secret-store/sealing';
import { withSignerOf } from './with-signer-of.ts';

/** Opens a record with the recovery keys, as `wanted`, or as the secret that its signer bound it to. */
export const openRecord = async (record: unknown, keys: RecoveryKeys, wanted?: SecretBinding) => {
  const { verified, signerKey } = withSignerOf('the sealed record', keys, (signer) => ({
    verified: verifySealedRecord({ record, signerKey: signer }),
    signerKey: signer,
  }));
  if (verified.binding.type !== 'secret')
    throw new SealingError('BAD_BINDING', 'the sealed record does not belong to a secret');
  const binding = wanted ?? verified.binding;
  const bytes = await open({ record, binding, openingKeys: keys.openingKeys, signerKey });
  try {
    return { binding, value: decode(bytes), hash: sealedRecordHash(verified) };
  } finally {
    bytes.fill(0);
  }
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SealingError('BAD_RECORD', 'the value is not UTF-8');
  }
};
