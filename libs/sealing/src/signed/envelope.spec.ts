import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { generateSigningKey, signBytes, verificationKey, type SigningKey } from '../keys/signing-key.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import { preAuthenticationEncoding, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const schema = z.strictObject({ name: z.string() });
let signer: SigningKey;
let envelope: Envelope;

beforeAll(async () => {
  signer = await generateSigningKey();
  envelope = signEnvelope('application/x', { name: 'value' }, signer);
});

const verify = (candidate: unknown, type = 'application/x') =>
  verifyEnvelope(type, schema, candidate, verificationKey(signer.publicKey));

describe('envelope', () => {
  it("signs the bytes of DSSE's own example", () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes and not characters', () => {
    expect(preAuthenticationEncoding('é', Buffer.from('ü')).toString()).toBe('DSSEv1 2 é 2 ü');
  });

  it('returns what was signed', () => {
    expect(verify(envelope)).toEqual({ name: 'value' });
  });

  it('rejects a flipped bit anywhere', () => {
    const accepted = [...singleBitChanges(envelope)].filter(({ changed }) => {
      try {
        verify(changed);
        return true;
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  it('rejects an envelope that was signed for another purpose', () => {
    expect(() => verify(envelope, 'application/y')).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    const renamed = { ...envelope, payloadType: 'application/y' };
    expect(() => verify(renamed, 'application/y')).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('rejects an envelope of another signer, also under the right key id', async () => {
    const stranger = await generateSigningKey();
    const [signature] = signEnvelope('application/x', { name: 'value' }, stranger).signatures;
    for (const keyid of [stranger.keyId, signer.keyId]) {
      const forged = { ...envelope, signatures: [{ ...signature, keyid }] };
      expect(() => verify(forged)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    }
  });

  it('rejects a second signature, and unknown fields', () => {
    const [signature] = envelope.signatures;
    for (const forged of [
      { ...envelope, signatures: [signature, signature] },
      { ...envelope, extra: 1 },
    ]) {
      expect(() => verify(forged)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
    }
  });

  it('reveals nothing about a signed payload that is malformed', () => {
    const bytes = Buffer.from('hunter2 is no JSON');
    const sig = toBase64url(signBytes(preAuthenticationEncoding('application/x', bytes), signer));
    const broken = {
      payloadType: 'application/x',
      payload: toBase64url(bytes),
      signatures: [{ keyid: signer.keyId, sig }],
    };
    expect(() => verify(broken)).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD', message: expect.not.stringContaining('hunter2') }),
    );
  });
});
