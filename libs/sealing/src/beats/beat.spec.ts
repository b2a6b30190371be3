import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, importSigningSeed, verificationKey } from '../keys/signing-key.ts';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { type Beat, signBeat, verifyBeat } from './beat.ts';
import { nextHints, noHints } from './hint-chain.ts';

const lines = ['{"changed":["0192f0c1-0000-7000-8000-000000000002"]}', '{"changed":null}'] as const;
const hints = lines.reduce(nextHints, noHints);
const beat: Beat = {
  instance: 'AAECAwQFBgcICQoLDA0ODw',
  time: 1_234_567,
  hints,
  head: { epoch: 0, sequence: 41, hash: 'ab'.repeat(32) },
};

let store: SealingFixture;
beforeAll(async () => {
  store = await createSealingFixture();
});

/** Computed by Python's hashlib and cryptography from DSSE's text; the key is that of RFC 8032, section 7.1, test 1. */
describe('known answers', () => {
  it('hints', () => {
    expect(nextHints(noHints, lines[0])).toEqual({
      count: 1,
      hash: 'e58bd6d71cd7580b070095e3ad58395693b909eee208d816fcaba2646495269d',
    });
    expect(hints).toEqual({
      count: 2,
      hash: 'aa176dcdf5ed5da7f83dfa421be6da98f48b6afdbc6f2d1e8b389e561f9e4552',
    });
  });

  it('a beat', () => {
    const key = importSigningSeed(
      Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
    );
    const envelope = signBeat(beat, key);
    expect(envelope.payloadType).toBe('application/vnd.secret-store.beat.v1+json');
    expect(envelope.signatures[0].sig).toBe(
      'a9qcdTDsH_rQ3hkxiX1xIETokVU9Kv0SztVVzbJv8Y_8OJRo2XjtfCXbDasMTxcB9PXDsgaUbcLQJ0lfNOurDg',
    );
    expect(verifyBeat(envelope, verificationKey(key.publicKey))).toEqual(beat);
  });
});

describe('hints', () => {
  it('differ where one is left out, added, moved or said twice', () => {
    const told = [[], ['a'], ['b'], ['a', 'b'], ['b', 'a'], ['a', 'a'], ['ab'], ['a', 'b', 'b']];
    const hashes = told.map((each) => each.reduce(nextHints, noHints).hash);
    expect(new Set(hashes).size).toBe(told.length);
  });
});

describe('beat', () => {
  it.each([
    ['another process', { instance: 'DwECAwQFBgcICQoLDA0ODw' }],
    ['a later time', { time: 1_234_568 }],
    ['other hints', { hints: noHints }],
    ['another head', { head: null }],
  ])('refuses %s', (_, change) => {
    const forged = edited(signBeat(beat, store.signer), change);
    expect(() => verifyBeat(forged, store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('refuses what a worker or a stranger signed', async () => {
    for (const signer of [store.workerSigner, await generateSigningKey()]) {
      expect(() => verifyBeat(signBeat(beat, signer), store.signerKey)).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      );
    }
  });

  it.each([
    ['a time before the process began', { time: -1 }],
    ['hints in another form', { hints: { count: 1, hash: 'AB'.repeat(32) } }],
    ['more than it is made of', { extra: 1 }],
  ])('with %s is not signed', (_, change) => {
    expect(() => signBeat({ ...beat, ...change }, store.signer)).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
  });
});
