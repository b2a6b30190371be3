'use client';
import { ShownOnce } from '@/forms/shown-once.tsx';

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

export const RecoveryCodes = ({ codes, onDone }: RecoveryCodesProps) => (
  <ShownOnce
    title="Save your recovery codes"
    value={codes.join('\n')}
    what="the recovery codes"
    why="They are shown only once. The store keeps hashes of them and can’t show them again."
    onDone={onDone}
  >
    Without your phone, each of them signs you in once in place of a code. Keep them where you keep passwords, and not
    on the phone.
  </ShownOnce>
);
