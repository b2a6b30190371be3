import { randomUUID } from 'node:crypto';
import {
  generateSigningKey,
  importSigningKey,
  noRequestValue,
  type SigningKey,
  signRequest,
} from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let root: SigningKey;
const instance = randomUUID();
let sequence = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  root = importSigningKey(backend.keys.recoveryFile.signingKey);
});
afterAll(() => backend.close());

const signed = (signer: SigningKey, name: string, content: unknown, value = noRequestValue) => {
  const url = `/api/worker/recovery/${name}`;
  const payload = JSON.stringify(content);
  const marks = { value, run: 1, instance, sequence: (sequence += 1) };
  const { headers } = signRequest({ method: 'POST', target: url, body: Buffer.from(payload), ...marks }, signer);
  return { method: 'POST' as const, url, payload, headers: { ...headers, 'content-type': 'application/json' } };
};

const freshValue = async (): Promise<string> => {
  const { headers } = await backend.request(signed(root, 'pending', {}));
  return String(headers['secret-store-value']);
};

describe('what the holder of the recovery file asks for', () => {
  it.each(['pending', 'takeReseal', 'giveResealed'])('is not answered to another key: %s', async (name) => {
    const worker = importSigningKey(backend.keys.worker.workerKey);
    for (const signer of [await generateSigningKey(), worker])
      expect(await backend.request(signed(signer, name, {}))).toMatchObject({ status: 403, code: 2005 });
    // nor to who only names the key of the root
    const stranger = signed(await generateSigningKey(), name, {});
    const headers = { ...stranger.headers, 'secret-store-key-id': root.keyId };
    expect(await backend.request({ ...stranger, headers })).toMatchObject({ status: 403, code: 2005 });
  });

  it('is answered over a value that the backend gave, and once', async () => {
    expect(await backend.request(signed(root, 'pending', {}))).toMatchObject({ code: 2004 });
    const request = signed(root, 'pending', {}, await freshValue());
    const answer = await backend.request(request);
    expect(answer.json).toMatchObject({ result: { data: { summary: { pending: 0, lost: 0 }, logs: [{}] } } });
    expect(await backend.request(request)).toMatchObject({ code: 2004 });
    const forOther = signed(root, 'takeReseal', { held: {} }, await freshValue());
    expect(await backend.request({ ...forOther, url: '/api/worker/recovery/pending' })).toMatchObject({ code: 2005 });
  });
});
