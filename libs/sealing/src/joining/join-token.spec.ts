import { expect, it } from 'vitest';
import { generateSigningKey, importSigningSeed, verificationKey } from '../keys/signing-key.ts';
import { encodeJoinToken, parseJoinToken } from './join-token.ts';

const known = {
  rootFingerprint: '11'.repeat(32),
  poolId: '0192f0c1-0000-7000-8000-00000000000a',
  head: '22'.repeat(32),
  key: importSigningSeed(Buffer.alloc(32, 0x33)),
};
/** version 1, fingerprint, pool, head and seed, one after the other */
const knownToken =
  'ssjoin_ARERERERERERERERERERERERERERERERERERERERERERAZLwwQAAcACAAAAAAAAACiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM';

it('writes and reads the format that other versions write and read', () => {
  expect(encodeJoinToken(known)).toBe(knownToken);
  const { key, ...rest } = parseJoinToken(knownToken);
  const { key: _, ...expected } = known;
  expect(rest).toEqual(expected);
  expect(key.publicKey).toBe(known.key.publicKey);
});

it("an Ed25519 seed gives RFC 8032's first public key", () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const publicKey = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
  expect(importSigningSeed(seed).publicKey).toBe(publicKey.toString('base64url'));
});

it('takes the token with what a terminal puts around it', () => {
  expect(parseJoinToken(`  ${knownToken}\n`).poolId).toBe(known.poolId);
});

it('refuses part of a token, more than one, another prefix and another version', () => {
  const other = `ssjoin_Ag${knownToken.slice('ssjoin_AQ'.length)}`;
  const candidates = [
    ...[...knownToken].map((_, length) => knownToken.slice(0, length)),
    `${knownToken}A`,
    `${knownToken}${knownToken}`,
    `ssjoin-${knownToken.slice('ssjoin_'.length)}`,
    knownToken.slice('ssjoin_'.length),
    other,
    knownToken.replace('ERER', 'ER R'),
    `${knownToken}=`,
  ];
  for (const text of candidates) {
    expect(() => parseJoinToken(text), text).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
  }
});

it('says nothing of the token in its refusal', () => {
  const cut = knownToken.slice(0, -1);
  expect(() => parseJoinToken(cut)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('MzMz') }));
});

it('signs as the key that was invited', async () => {
  const key = await generateSigningKey();
  const read = parseJoinToken(encodeJoinToken({ ...known, key }));
  expect(verificationKey(read.key.publicKey).keyId).toBe(key.keyId);
});
