import {
  open,
  type RecoveryKeys,
  type SecretBinding,
  SealingError,
  type VerificationKey,
  verifySealedRecord,
} from '@secret-store/sealing';
import { withSignerOf } from './with-signer-of.ts';

/** Opens exactly the record that a signed set names, no matter which part of the store sealed it. */
export const openNamed = async (
  record: unknown,
  { openingKeys }: RecoveryKeys,
  named: { readonly binding: SecretBinding; readonly hash: string },
): Promise<string> => decoded(await open({ record, openingKeys, ...named }));

/** Opens a record as the secret that its signer bound it to. @param signers the backend, the root, and the workers of the store */
export const openSigned = async (
  record: unknown,
  { openingKeys }: RecoveryKeys,
  signers: readonly VerificationKey[],
) => {
  const { verified, signerKey } = withSignerOf(
    'the sealed record, nor did a worker of the store',
    signers,
    (signer) => ({
      verified: verifySealedRecord({ record, signerKey: signer }),
      signerKey: signer,
    }),
  );
  const { binding } = verified;
  if (binding.type !== 'secret') throw new SealingError('BAD_BINDING', 'the sealed record does not belong to a secret');
  return { binding, value: decoded(await open({ record, binding, openingKeys, signerKey })) };
};

const decoded = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SealingError('BAD_RECORD', 'the value is not UTF-8');
  } finally {
    bytes.fill(0);
  }
};
