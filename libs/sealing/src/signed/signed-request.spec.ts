import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, verificationKey, type SigningKey } from '../keys/signing-key.ts';
import { readRequestKeyId, requestWindowMilliseconds, signRequest, verifyRequest } from './signed-request.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const request = { method: 'POST', target: '/api/worker/delivery?batch=1', body: Buffer.from('{"algorithm":"a"}'), now };
let worker: SigningKey;
let headers: Record<string, string>;

beforeAll(async () => {
  worker = await generateSigningKey();
  headers = signRequest(request, worker);
});

const verify = (change: Partial<Parameters<typeof verifyRequest>[0]>) =>
  verifyRequest({ ...request, headers, ...change }, verificationKey(worker.publicKey));

const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

describe('signed request', () => {
  it('is accepted as it was signed, within its window', () => {
    expect(readRequestKeyId(headers)).toBe(worker.keyId);
    for (const shift of [0, requestWindowMilliseconds, -requestWindowMilliseconds])
      expect(() => verify({ now: later(shift) })).not.toThrow();
  });

  it('is rejected when it is replayed outside its window', () => {
    for (const shift of [requestWindowMilliseconds + 1, -requestWindowMilliseconds - 1]) {
      expect(() => verify({ now: later(shift) })).toThrow(expect.objectContaining({ code: 'EXPIRED' }));
    }
  });

  it('is rejected when its date was moved into the window', () => {
    const moved = { ...headers, 'secret-store-date': later(3_600_000).toISOString() };
    expect(() => verify({ headers: moved, now: later(3_600_000) })).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  });

  it.each([
    ['another body', { body: Buffer.from('{"algorithm":"b"}') }],
    ['an empty body', { body: new Uint8Array() }],
    ['another target', { target: '/api/worker/module?batch=1' }],
    ['another query', { target: '/api/worker/delivery' }],
    ['another method', { method: 'PUT' }],
  ])('is rejected with %s', (_, change) => {
    expect(() => verify(change)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('is rejected when a stranger signs it, even with the key id of the worker', async () => {
    const stranger = signRequest(request, await generateSigningKey());
    for (const forged of [stranger, { ...stranger, 'secret-store-key-id': worker.keyId }]) {
      expect(() => verify({ headers: forged })).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    }
  });

  it('is rejected without a signature, or with a duplicate header', () => {
    expect(readRequestKeyId({})).toBeNull();
    expect(readRequestKeyId({ 'secret-store-key-id': [worker.keyId, worker.keyId] })).toBeNull();
    const twice = { ...headers, 'secret-store-signature': [headers['secret-store-signature'] ?? '', 'x'] };
    const badDate = { ...headers, 'secret-store-date': 'now' };
    for (const broken of [{}, twice, badDate]) {
      expect(() => verify({ headers: broken })).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    }
  });

  it('is accepted together with other headers', () => {
    expect(() => verify({ headers: { ...headers, host: 'x', 'set-cookie': ['a', 'b'] } })).not.toThrow();
  });
});
