import { decryptSecondFactor } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { stepOf } from './authenticator-app.ts';
import { hashRecoveryCode } from './recovery-codes.ts';

export type CodeKind = 'code' | 'recovery code';

const codeOfApp = /^\d{6}$/;

/**
 * Takes a code of the authenticator app or a recovery code: with the change that this is part of, it is used up.
 * @param factor as the change has locked it
 * @returns null for a code that is wrong, or was used already
 */
export const useCode = async (
  deps: Pick<Dependencies, 'keys'>,
  changes: Change,
  factor: Rows['secondFactor'],
  typed: string,
): Promise<CodeKind | null> => {
  const { userId, lastStep, recoveryHashes } = factor;
  const code = typed.replaceAll(/\s/g, '');
  if (codeOfApp.test(code)) {
    const step = stepOf(secretOf(deps, factor), code);
    // a code of an earlier step was used, or could have been seen
    if (step === null || step <= lastStep) return null;
    await changes.update('secondFactor', userId, { lastStep: step });
    return 'code';
  }
  const hash = hashRecoveryCode(deps, userId, code);
  if (!recoveryHashes.includes(hash)) return null;
  await changes.update('secondFactor', userId, { recoveryHashes: recoveryHashes.filter((one) => one !== hash) });
  return 'recovery code';
};

const secretOf = ({ keys }: Pick<Dependencies, 'keys'>, { userId, secret }: Rows['secondFactor']): Uint8Array =>
  decryptSecondFactor(keys.keyRing, { type: 'second-factor', userId }, secret);
