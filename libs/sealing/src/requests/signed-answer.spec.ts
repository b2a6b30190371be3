import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateSigningKey, importSigningKey, type SigningKey } from '../keys/signing-key.ts';
import type { Envelope } from '../signed/envelope.ts';
import { parseRootPublic, type RootPublic } from '../signed/root.ts';
import { createStoreKeys, type StoreKeys } from '../store/store-keys.ts';
import { type AnswerVerifier, createAnswerVerifier, signAnswer } from './signed-answer.ts';
import type { RequestHeaders } from './signed-request.ts';

const answer = { digest: Buffer.alloc(32, 7), status: 200, body: Buffer.from('{"result":{}}') };
const value = '1767323045678.7.abc.mac';
let store: StoreKeys;
let root: RootPublic;
let signer: SigningKey;
let certificate: Envelope;
let headers: Record<string, string>;
let verifier: AnswerVerifier;

beforeAll(async () => {
  store = await createStoreKeys();
  root = parseRootPublic(store.root, store.rootFingerprint);
  signer = importSigningKey(store.backend.signingKey);
  certificate = store.backend.certificates.backend;
  headers = signAnswer({ ...answer, value, requestHeaders: {} }, { signer, certificate });
});
beforeEach(() => {
  verifier = createAnswerVerifier(root);
});

const verify = (change: Partial<typeof answer & { headers: RequestHeaders }> = {}) =>
  verifier.verify({ ...answer, headers, ...change });

describe('the answer of a backend', () => {
  it('is believed as it was signed, and brings the value for the next request', () => {
    expect(verify()).toBe(value);
    const without = signAnswer({ ...answer, value: '', requestHeaders: {} }, { signer, certificate });
    expect(verify({ headers: without })).toBe('');
  });

  it.each<[string, Partial<typeof answer>]>([
    ['for another request', { digest: Buffer.alloc(32, 8) }],
    ['with another status', { status: 401 }],
    ['with another body', { body: Buffer.from('{"result":[]}') }],
    ['with an empty body', { body: Buffer.alloc(0) }],
  ])('is not believed %s', (_, change) => {
    expect(verify(change)).toBeNull();
  });

  it('is not believed with another value, or without the one that it came with', () => {
    expect(verify({ headers: { ...headers, 'secret-store-value': 'other' } })).toBeNull();
    expect(verify({ headers: { ...headers, 'secret-store-value': undefined } })).toBeNull();
  });

  it.each(['secret-store-answer-signature', 'secret-store-answer-key-id', 'secret-store-backend-certificate'])(
    'is not believed without %s, or with two of it',
    (name) => {
      expect(verify({ headers: { ...headers, [name]: undefined } })).toBeNull();
      expect(verify({ headers: { ...headers, [name]: [headers[name] ?? '', 'x'] } })).toBeNull();
    },
  );

  it('is not believed of a key that the root did not certify for a backend', async () => {
    const stranger = await createStoreKeys();
    const other = importSigningKey(stranger.backend.signingKey);
    const worker = importSigningKey(store.worker.workerKey);
    for (const forger of [
      { signer: other, certificate: stranger.backend.certificates.backend },
      { signer: other, certificate },
      { signer: await generateSigningKey(), certificate },
      { signer: worker, certificate: store.worker.workerCertificate },
    ]) {
      expect(verify({ headers: signAnswer({ ...answer, value, requestHeaders: {} }, forger) })).toBeNull();
      // also not under the name of the key that is certified
      const renamed = { ...signAnswer({ ...answer, value, requestHeaders: {} }, forger) };
      expect(verify({ headers: { ...renamed, 'secret-store-answer-key-id': signer.keyId } })).toBeNull();
    }
    const named = { ...headers, 'secret-store-answer-key-id': other.keyId };
    expect(verify({ headers: named })).toBeNull();
    expect(verifier.headers).toEqual({});
  });

  it('comes without the certificate once it is known, and is believed', () => {
    expect(verifier.headers).toEqual({});
    verify();
    const requestHeaders = verifier.headers;
    const short = signAnswer({ ...answer, value, requestHeaders }, { signer, certificate });
    expect(short).not.toHaveProperty('secret-store-backend-certificate');
    expect(verify({ headers: short })).toBe(value);
    expect(createAnswerVerifier(root).verify({ ...answer, headers: short })).toBeNull();
  });
});
