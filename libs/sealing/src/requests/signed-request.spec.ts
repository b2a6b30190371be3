import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, verificationKey, type SigningKey } from '../keys/signing-key.ts';
import {
  isSignedRequest,
  noRequestValue,
  readSignedRequest,
  requestDigest,
  requestWithNonce,
  type RequestHeaders,
  type SentRequest,
  signRequest,
} from './signed-request.ts';

const plain = { method: 'POST', target: '/api/worker/delivery?batch=1', body: Buffer.from('{"algorithm":"a"}') };
const marks = { value: '1767323045678.7.abc.mac', run: 7, instance: 'an-instance', sequence: 12 };
let worker: SigningKey;
let sent: SentRequest;

beforeAll(async () => {
  worker = await generateSigningKey();
  sent = signRequest({ ...plain, ...marks }, worker);
});

interface Change {
  readonly method?: string;
  readonly target?: string;
  readonly body?: Uint8Array;
  readonly headers?: RequestHeaders;
}

const read = (change: Change = {}) => readSignedRequest({ ...plain, headers: sent.headers, ...change });
const isAccepted = (change: Change = {}) => {
  const received = read(change);
  return received !== null && isSignedRequest(received, verificationKey(worker.publicKey));
};
const withHeader = (name: string, value: string | readonly string[]) => ({
  headers: { ...sent.headers, [name]: value },
});

/** Everything that makes it another request. */
const others: readonly (readonly [string, () => Change])[] = [
  ['another body', () => ({ body: Buffer.from('{"algorithm":"b"}') })],
  ['an empty body', () => ({ body: new Uint8Array() })],
  ['another target', () => ({ target: '/api/worker/module?batch=1' })],
  ['another query', () => ({ target: '/api/worker/delivery' })],
  ['another method', () => ({ method: 'PUT' })],
  ['another value', () => withHeader('secret-store-value', '1767323045679.7.abc.mac')],
  ['another run', () => withHeader('secret-store-run', '8')],
  ['another instance', () => withHeader('secret-store-instance', 'another')],
  ['another sequence', () => withHeader('secret-store-sequence', '13')],
];

describe('a signed request', () => {
  it('is accepted as it was signed, also together with other headers, and tells its marks', () => {
    expect(isAccepted()).toBe(true);
    expect(isAccepted({ headers: { ...sent.headers, host: 'x', 'set-cookie': ['a', 'b'] } })).toBe(true);
    expect(read()).toMatchObject({ ...marks, keyId: worker.keyId });
    expect(signRequest({ ...plain, ...marks, value: noRequestValue }, worker).headers).toMatchObject({
      'secret-store-value': 'none',
    });
  });

  it.each(others)('is rejected with %s', (_, change) => {
    expect(isAccepted(change())).toBe(false);
  });

  it('is rejected when a stranger signs it, even with the key id of the worker', async () => {
    const stranger = signRequest({ ...plain, ...marks }, await generateSigningKey());
    for (const headers of [stranger.headers, { ...stranger.headers, 'secret-store-key-id': worker.keyId }])
      expect(isAccepted({ headers })).toBe(false);
  });

  it.each<[string, string | readonly string[]]>([
    ['secret-store-key-id', ['a', 'b']],
    ['secret-store-signature', ['a', 'b']],
    ['secret-store-signature', 'short'],
    ['secret-store-value', ''],
    ['secret-store-value', 'x'.repeat(201)],
    ['secret-store-run', '0'],
    ['secret-store-run', '-1'],
    ['secret-store-run', '07'],
    ['secret-store-run', '2147483648'],
    ['secret-store-instance', 'a b'],
    ['secret-store-sequence', '1e3'],
    ['secret-store-sequence', '9007199254740993'],
  ])('is none with the header %s: %o', (name, value) => {
    expect(read(withHeader(name, value))).toBeNull();
  });

  it('is none without its headers', () => {
    expect(read({ headers: {} })).toBeNull();
    for (const name of Object.keys(sent.headers)) expect(read(withHeader(name, []))).toBeNull();
  });
});

describe('the digest by which an answer names a request', () => {
  const digest = (change: Change = {}) => requestDigest({ ...plain, headers: sent.headers, ...change });

  it('is the same on both sides', () => {
    expect(digest()).toEqual(sent.digest);
    const open = requestWithNonce(plain);
    expect(requestDigest({ ...plain, headers: open.headers })).toEqual(open.digest);
  });

  it.each(others)('is another with %s, although the signature is the same', (_, change) => {
    expect(digest(change())).not.toEqual(sent.digest);
  });

  it('is another with another signature over the same', () => {
    expect(digest(withHeader('secret-store-signature', 'A'.repeat(86)))).not.toEqual(sent.digest);
  });

  it('of a request with a nonce is of this request and this nonce alone', () => {
    const { headers, digest: own } = requestWithNonce(plain);
    expect(requestDigest({ ...plain, headers: requestWithNonce(plain).headers })).not.toEqual(own);
    for (const change of [{ method: 'PUT' }, { target: '/' }, { body: Buffer.from('x') }])
      expect(requestDigest({ ...plain, ...change, headers })).not.toEqual(own);
  });

  it('is none for a request with neither', () => {
    for (const headers of [{}, { 'secret-store-nonce': 'short' }, { 'secret-store-nonce': ['a', 'b'] }])
      expect(digest({ headers })).toBeNull();
  });
});
