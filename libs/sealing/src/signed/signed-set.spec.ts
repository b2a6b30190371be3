import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { generateSigningKey } from '../keys/signing-key.ts';
import { sealedRecordHash } from '../sealed/sealed-record.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signSet, verifySet, type SetBody, type SetEntry } from './signed-set.ts';

let store: SealingFixture;
let entry: SetEntry;
let body: SetBody;

beforeAll(async () => {
  store = await createSealingFixture();
  const record = await store.sealText('value');
  entry = {
    secretId: 'secret-1',
    environmentVariable: 'FIRST',
    version: 2,
    providerId: 'internal',
    providerKey: 'secret-1',
    sealedHash: sealedRecordHash(record),
  };
  const plugin = {
    ...entry,
    secretId: 'secret-2',
    environmentVariable: 'SECOND',
    providerId: 'vault',
    providerKey: 'kv/a',
    sealedHash: null,
  };
  body = { algorithmId: 'algorithm-1', owner: 'demo', name: 'hello', number: 7, secrets: [entry, plugin] };
});

/** The set as who writes the database would change it: its payload exchanged under the signature that is there. */
const edited = (change: (set: SetBody) => SetBody) => {
  const envelope = signSet(body, store.signer);
  const original: SetBody = JSON.parse(Buffer.from(fromBase64url(envelope.payload)).toString());
  return { ...envelope, payload: toBase64url(Buffer.from(JSON.stringify(change(original)))) };
};

const editSecond = (change: Partial<SetEntry>) => (set: SetBody) => ({
  ...set,
  secrets: set.secrets.map((secret, index) => (index === 1 ? { ...secret, ...change } : secret)),
});

describe('signed set', () => {
  it('returns what the backend signed', () => {
    expect(verifySet(signSet(body, store.signer), store.signerKey)).toEqual(body);
    expect(
      verifySet(
        edited((set) => set),
        store.signerKey,
      ),
    ).toEqual(body);
  });

  const edits: Record<string, (set: SetBody) => SetBody> = {
    'a swapped provider key': editSecond({ providerKey: 'kv/other' }),
    'a swapped provider': editSecond({ providerId: 'attacker' }),
    'a swapped variable': editSecond({ environmentVariable: 'OTHER' }),
    'a value of ours that became a reference': editSecond({ reference: true }),
    'a swapped version': editSecond({ version: 1 }),
    'a swapped sealed record': editSecond({ sealedHash: toBase64url(new Uint8Array(32)) }),
    'a swapped algorithm name': (set) => ({ ...set, name: 'other' }),
    'a swapped owner': (set) => ({ ...set, owner: 'other' }),
    'a swapped algorithm': (set) => ({ ...set, algorithmId: 'algorithm-2' }),
    'another number': (set) => ({ ...set, number: 8 }),
    'an omitted row': (set) => ({ ...set, secrets: set.secrets.slice(1) }),
    'a replayed row': (set) => ({ ...set, secrets: [{ ...entry, version: 1 }, ...set.secrets.slice(1)] }),
    'a row that was added': (set) => ({
      ...set,
      secrets: [...set.secrets, { ...entry, secretId: 'x', environmentVariable: 'X' }],
    }),
    'rows in another order': (set) => ({ ...set, secrets: set.secrets.toReversed() }),
  };

  it.each(Object.entries(edits))('rejects %s', (_, edit) => {
    expect(() => verifySet(edited(edit), store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('rejects a set that a worker or a stranger signed', async () => {
    for (const signer of [store.workerSigner, await generateSigningKey()]) {
      expect(() => verifySet(signSet(body, signer), store.signerKey)).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      );
    }
  });

  it('rejects a certificate that is presented as a set', () => {
    const { backend } = store.keys.backend.certificates;
    expect(() => verifySet(backend, store.root.verificationKey)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  });

  it('is not signed with a duplicate secret or variable', () => {
    for (const second of [
      { ...entry, environmentVariable: 'X' },
      { ...entry, secretId: 'x' },
    ]) {
      expect(() => signSet({ ...body, secrets: [entry, second] }, store.signer)).toThrow(
        expect.objectContaining({ code: 'BAD_RECORD' }),
      );
    }
  });
});

describe('hash of a sealed record', () => {
  it('differs for each sealing and changes with the signature', async () => {
    const first = await store.sealText('value');
    const second = await store.sealText('value');
    const signedElse = { ...first, signature: second.signature };
    expect(new Set([first, second, signedElse].map(sealedRecordHash)).size).toBe(3);
  });
});
