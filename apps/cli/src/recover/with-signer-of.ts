import { SealingError, type VerificationKey } from '@secret-store/sealing';

/** Verifies with the one of these keys that signed. */
export const withSignerOf = <T>(
  what: string,
  signers: readonly VerificationKey[],
  verify: (signer: VerificationKey) => T,
): T => {
  for (const signer of signers) {
    try {
      return verify(signer);
    } catch (error) {
      if (!(error instanceof SealingError && error.code === 'BAD_SIGNATURE')) throw error;
    }
  }
  throw new SealingError('BAD_SIGNATURE', `no certified key of the backend signed ${what}`);
};
