import { SealingError } from '@secret-store/sealing';
import { expect, it } from 'vitest';
import { VariableFailure } from './variable-failure.ts';

const entry = {
  ...{ secretId: 'one', environmentVariable: 'PASSWORD', version: 1, providerId: 'internal', providerKey: 'one' },
  sealedHash: null,
};

it('a value that waits to be sealed for the pool is told from one that is refused', () => {
  const waits = new VariableFailure(entry, new SealingError('NO_KEY', 'no key'));
  expect(waits).toMatchObject({ exitCode: 69, reason: 'not-sealed' });
  expect(waits.message).toContain('try again');
  const refused = new VariableFailure(entry, new SealingError('BAD_CIPHERTEXT', 'it was edited'));
  expect(refused).toMatchObject({ exitCode: 69, reason: 'record' });
  expect(refused.message).not.toContain('try again');
});
