import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { generateSigningKey } from '../keys/signing-key.ts';
import { sealedRecordHash } from '../sealed/sealed-record.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signEnvelope } from './envelope.ts';
import { setHash, signSet, verifySet, type NewSet, type NewSetEntry } from './signed-set.ts';

let store: SealingFixture;
let entry: NewSetEntry;
let body: NewSet;

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
    since: 5,
  };
  const plugin = {
    ...entry,
    secretId: 'secret-2',
    environmentVariable: 'SECOND',
    providerId: 'vault',
    providerKey: 'kv/a',
    sealedHash: null,
  };
  body = {
    algorithmId: 'algorithm-1',
    owner: 'demo',
    name: 'hello',
    number: 7,
    previous: 'ab'.repeat(32),
    pools: ['pool-1', 'pool-2'],
    secrets: [entry, plugin],
  };
});

/** The set as who writes the database would change it: its payload exchanged under the signature that is there. */
const edited = (change: (set: NewSet) => object) => {
  const envelope = signSet(body, store.signer);
  const original: NewSet = JSON.parse(Buffer.from(fromBase64url(envelope.payload)).toString());
  return { ...envelope, payload: toBase64url(Buffer.from(JSON.stringify(change(original)))) };
};

const editSecond = (change: Partial<NewSetEntry>) => (set: NewSet) => ({
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

  const edits: Record<string, (set: NewSet) => object> = {
    'a swapped provider key': editSecond({ providerKey: 'kv/other' }),
    'a swapped provider': editSecond({ providerId: 'attacker' }),
    'a swapped variable': editSecond({ environmentVariable: 'OTHER' }),
    'a value of ours that became a reference': editSecond({ reference: true }),
    'a swapped version': editSecond({ version: 1 }),
    'a swapped sealed record': editSecond({ sealedHash: toBase64url(new Uint8Array(32)) }),
    'a swapped algorithm name': (set) => ({ ...set, name: 'other' }),
    'a swapped owner': (set) => ({ ...set, owner: 'other' }),
    'a swapped algorithm': (set) => ({ ...set, algorithmId: 'algorithm-2' }),
    'another set before': (set) => ({ ...set, previous: 'cd'.repeat(32) }),
    'a pool that was added': (set) => ({ ...set, pools: [...set.pools, 'pool-3'] }),
    'another pool': (set) => ({ ...set, pools: ['pool-3', 'pool-2'] }),
    'a pool left out': (set) => ({ ...set, pools: ['pool-1'] }),
    'all pools left out': ({ pools: _, ...set }) => set,
    'the set before left out': (set) => ({ ...set, previous: null }),
    'an entry that changed earlier': editSecond({ since: 1 }),
    'an entry whose deletion is under way': editSecond({ deleting: true }),
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

describe('a set that grows from the one before', () => {
  // the current form, in which each entry has `since`
  const before = () => verifySet(signSet(body, store.signer), store.signerKey) as NewSet;
  const grown = (secrets: NewSet['secrets']): NewSet => ({ ...body, number: 8, previous: 'cd'.repeat(32), secrets });
  const another = { secretId: 'x', environmentVariable: 'X', since: 8 };

  it('is signed as if each entry were checked again', () => {
    const read = before();
    const next = grown([...read.secrets.map((kept) => ({ ...entry, ...kept })), { ...entry, ...another }]);
    const known = grown([...read.secrets, { ...another, ...entry, ...another }]);
    expect(signSet(known, store.signer, read)).toEqual(signSet(next, store.signer));
  });

  it.each<[string, (kept: NewSetEntry[]) => NewSetEntry[]]>([
    ['a new entry that is malformed', (kept) => [...kept, { ...entry, ...another, version: 0 }]],
    ['a copy of an entry that was changed', ([first, ...kept]) => [...kept, { ...entry, ...first, providerKey: '' }]],
    ['a secret twice', (kept) => [...kept, { ...entry, ...another, secretId: 'secret-2' }]],
    ['a variable twice', (kept) => [...kept, { ...entry, ...another, environmentVariable: 'SECOND' }]],
    ['the same entry twice', ([first, ...kept]) => (first ? [first, first, ...kept] : [])],
    ['an entry that changed in a later set', (kept) => [...kept, { ...entry, ...another, since: 9 }]],
  ])('is not signed with %s', (_, change) => {
    const read = before();
    const next = grown(change(read.secrets));
    expect(() => signSet(next, store.signer, read)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
  });

  it('takes nothing over unchecked from what was not verified', () => {
    const forged = { ...entry, version: 0 };
    const unverified = { ...body, secrets: [forged] };
    expect(() => signSet(grown([forged]), store.signer, unverified)).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
  });

  it('of a set of the first form is checked whole', () => {
    const first = verifySet(signEnvelope(firstType, firstForm(), store.signer), store.signerKey);
    expect(() => signSet(grown((first as NewSet).secrets), store.signer, first)).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
  });
});

const firstType = 'application/vnd.secret-store.set.v1+json';

/** A set as it was signed before sets named the one before. */
const firstForm = () => {
  const { previous: _, pools: _pools, secrets, ...about } = body;
  return { ...about, secrets: secrets.map(({ since: _since, ...rest }) => rest) };
};

it('is not signed with an entry that changed in a later set', () => {
  expect(() => signSet({ ...body, secrets: [{ ...entry, since: 8 }] }, store.signer)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});

it.each<[string, string[]]>([
  ['no pool', []],
  ['a pool twice', ['pool-1', 'pool-1']],
])('is not signed with %s', (_, pools) => {
  expect(() => signSet({ ...body, pools }, store.signer)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
});

it('of the current form, from before pools, is still read', () => {
  const { pools: _, ...before } = body;
  const envelope = signEnvelope('application/vnd.secret-store.set.v2+json', before, store.signer);
  expect(verifySet(envelope, store.signerKey)).toEqual(before);
});

describe('a set of the first form', () => {
  it('is still read, and names neither the set before nor when an entry changed', () => {
    const read = verifySet(signEnvelope(firstType, firstForm(), store.signer), store.signerKey);
    expect(read).toEqual(firstForm());
    expect(read.previous).toBeUndefined();
    expect(read.secrets.map(({ since }) => since)).toEqual([undefined, undefined]);
  });

  it.each([
    ['the current one', 'application/vnd.secret-store.set.v2+json'],
    ['the first one', firstType],
  ])('is not taken for one that was signed in the other form, by its type: %s', (_, payloadType) => {
    for (const envelope of [signSet(body, store.signer), signEnvelope(firstType, firstForm(), store.signer)]) {
      if (envelope.payloadType === payloadType) continue;
      expect(() => verifySet({ ...envelope, payloadType }, store.signerKey)).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      );
    }
  });

  it('is not signed any more: without the set before, or without since, a set is no set', () => {
    const { previous: _, ...without } = body;
    const withoutSince = { ...body, secrets: firstForm().secrets };
    for (const incomplete of [without, withoutSince]) {
      const envelope = signEnvelope('application/vnd.secret-store.set.v2+json', incomplete, store.signer);
      expect(() => verifySet(envelope, store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
    }
  });
});

describe('hash of a set', () => {
  it('is that of the payload it has now, also if it was signed here with another', () => {
    const envelope = signSet(body, store.signer);
    const before = setHash(envelope);
    envelope.payload = edited((set) => ({ ...set, number: 8 })).payload;
    expect(setHash(envelope)).not.toBe(before);
    expect(setHash(JSON.parse(JSON.stringify(envelope)))).toBe(setHash(envelope));
  });

  it('is that of the verified content, by which workers know a set of either form', () => {
    const reference = { ...body, secrets: body.secrets.map((secret) => ({ ...secret, reference: true as const })) };
    const envelopes = [
      signSet(body, store.signer),
      signSet(reference, store.signer),
      signEnvelope(firstType, firstForm(), store.signer),
    ];
    for (const envelope of envelopes) {
      const verified = verifySet(envelope, store.signerKey);
      expect(setHash(envelope)).toBe(createHash('sha256').update(JSON.stringify(verified)).digest('hex'));
    }
    expect(new Set(envelopes.map(setHash)).size).toBe(3);
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
