import { expect, test } from 'vitest';
import { generateSigningKey, verificationKey } from '../keys/signing-key.ts';
import { signPoolQuestion, verifyPoolQuestion } from './pool-question.ts';

test.each([{ poolName: 'edge' }, { workerId: '01890a5d-ac96-774b-bcce-b302099a8057' }])(
  'a question is believed under the key that signed it alone: %j',
  async (question) => {
    const [signer, other] = await Promise.all([generateSigningKey(), generateSigningKey()]);
    const envelope = signPoolQuestion(question, signer);
    expect(verifyPoolQuestion(envelope, verificationKey(signer.publicKey))).toEqual(question);
    expect(() => verifyPoolQuestion(envelope, verificationKey(other.publicKey))).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  },
);
