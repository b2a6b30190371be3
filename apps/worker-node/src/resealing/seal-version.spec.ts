import { randomUUID } from 'node:crypto';
import type { WorkerVersionTask } from '@secret-store/api/schemas';
import {
  generateOpeningKey,
  generateSigningKey,
  type NewSet,
  open,
  type OpeningKey,
  type PoolLog,
  replacePoolKey,
  seal,
  type SealedRecord,
  sealedRecordHash,
  sealedRecordSchema,
  type SecretBinding,
  signSet,
  signVersionQuestion,
  type SigningKey,
  type VersionQuestion,
} from '@secret-store/sealing';
import { createNewcomer, createPoolWorld, type PoolWorld } from '@secret-store/sealing/testing';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { sealVersion } from './seal-version.ts';

const algorithmId = '0192f0c1-0000-7000-8000-00000000000a';
const secretId = '0192f0c1-0000-7000-8000-000000000001';
const otherId = '0192f0c1-0000-7000-8000-000000000002';
const questionId = randomUUID();

let world: PoolWorld;
let log: PoolLog;
let oldKey: OpeningKey;
/** what the pool of the worker is sealed to by now */
let newKey: OpeningKey;

beforeEach(async () => {
  world = await createPoolWorld();
  [oldKey] = world.poolKeys as [OpeningKey];
  log = world.first;
  const { recipient } = await createNewcomer();
  world.append(log, { kind: 'introduce', name: 'first', recipientKey: recipient.publicKey }, world.worker);
  const { key, entry } = await replacePoolKey(log, world.worker);
  log.append(entry);
  newKey = key;
});

interface Sealing {
  readonly changes?: Partial<SecretBinding>;
  readonly to?: OpeningKey;
  readonly signer?: SigningKey;
}
/** Of version 2, which is an earlier one. */
const sealed = ({ changes, to = oldKey, signer = world.store.signer }: Sealing = {}) =>
  seal({
    value: Buffer.from('an earlier value'),
    binding: { type: 'secret', secretId, algorithmId, environmentVariable: 'TOKEN', version: 2, ...changes },
    recipients: [to, world.store.root.recipient],
    signer,
  });

const setOf = (changes: Partial<NewSet> = {}, signer = world.store.signer) => {
  const entry = { environmentVariable: 'TOKEN', version: 5, providerId: otherId, since: 1, sealedHash: 'A'.repeat(43) };
  return signSet(
    {
      ...{ algorithmId, owner: 'ada', name: 'model', number: 7, previous: null, pools: [log.poolId] },
      secrets: [{ ...entry, secretId, providerKey: secretId }],
      ...changes,
    },
    signer,
  );
};

const question = (changes: Partial<VersionQuestion> = {}, signer = world.store.signer) =>
  signVersionQuestion(
    {
      ...{
        questionId,
        algorithmId,
        secretId,
        version: 2,
        hash: 'A'.repeat(43),
        current: 5,
        expiresAt: Date.now() + 60_000,
      },
      ...changes,
    },
    signer,
  );

const answer = async (record: SealedRecord, changes: Partial<WorkerVersionTask> = {}) =>
  (
    await sealVersion(
      {
        keys: {
          ...{ root: world.store.root, poolId: log.poolId, signer: world.worker, openingKeys: [oldKey, newKey] },
        },
        logs: { all: [log], held: {}, log: (id) => (id === log.poolId ? log : null), take: async () => undefined },
        log: pino({ level: 'silent' }),
      },
      {
        ...{ questionId, backendCertificate: world.store.keys.backend.certificates.backend, logs: [] },
        ...{ question: question({ hash: sealedRecordHash(record) }), set: setOf(), record },
        recipients: [{ poolId: log.poolId, keyId: newKey.keyId }],
        ...changes,
      },
    )
  ).result;

const refused = { failure: 'refused' };

it('seals the value as the version after the current one, to the current key and the root, signed by the worker', async () => {
  const result = await answer(await sealed());
  const record = sealedRecordSchema.parse('record' in result ? result.record : null);
  const binding = { type: 'secret', secretId, algorithmId, environmentVariable: 'TOKEN', version: 6 } as const;
  expect(record.binding).toEqual(binding);
  expect(record.signature.keyId).toBe(world.worker.keyId);
  expect(record.recipients.map(({ keyId }) => keyId)).toEqual([newKey.keyId, world.store.root.recipient.keyId]);
  const opened = await open({ record, binding, openingKeys: [newKey], hash: sealedRecordHash(record) });
  expect(Buffer.from(opened).toString()).toBe('an earlier value');
});

it('takes what another member has sealed again', async () => {
  expect(await answer(await sealed({ signer: world.member.signer }))).toHaveProperty('record');
});

describe('refuses', () => {
  it("the value of another secret, algorithm, variable or version in the earlier one's place", async () => {
    for (const changes of [
      { secretId: otherId },
      { algorithmId: otherId },
      { environmentVariable: 'OTHER' },
      { version: 3 },
    ])
      expect([changes, await answer(await sealed({ changes }))]).toEqual([changes, refused]);
  });

  it('what a stranger sealed, and what only other keys open', async () => {
    expect(await answer(await sealed({ signer: await generateSigningKey() }))).toEqual(refused);
    expect(await answer(await sealed({ to: await generateOpeningKey() }))).toEqual({ failure: 'no-key' });
  });

  it('another record of the same version, which a worker that is revoked by now could have sealed', async () => {
    const genuine = question({ hash: sealedRecordHash(await sealed()) });
    expect(await answer(await sealed(), { question: genuine })).toEqual(refused);
  });

  it('a question that no backend asked, that is over, or that is another one', async () => {
    const record = await sealed();
    const stranger = await generateSigningKey();
    const hash = sealedRecordHash(record);
    for (const asked of [
      question({ hash }, stranger),
      question({ hash, expiresAt: Date.now() - 1 }),
      question({ hash, questionId: randomUUID() }),
    ])
      expect(await answer(record, { question: asked })).toEqual(refused);
  });

  it('a question about a version that the set does not have as the current one, or that is not earlier', async () => {
    for (const [version, current] of [
      [2, 6],
      [2, 4],
      [5, 5],
      [6, 5],
    ] as const) {
      const record = await sealed({ changes: { version } });
      const result = await answer(record, { question: question({ hash: sealedRecordHash(record), version, current }) });
      expect([version, current, result]).toEqual([version, current, refused]);
    }
  });

  it('by a set of another algorithm or of a stranger, or without the secret', async () => {
    const record = await sealed();
    for (const set of [
      setOf({ algorithmId: otherId }),
      setOf({}, await generateSigningKey()),
      setOf({ secrets: [] }),
      setOf({ pools: [otherId] }),
    ])
      expect(await answer(record, { set })).toEqual(refused);
  });

  it('to seal to a key that is not the current one of its pool', async () => {
    const record = await sealed();
    for (const { keyId } of [await generateOpeningKey(), oldKey])
      expect(await answer(record, { recipients: [{ poolId: log.poolId, keyId }] })).toEqual(refused);
    expect(await answer(record, { recipients: [{ poolId: otherId, keyId: newKey.keyId }] })).toEqual(refused);
    expect(await answer(record, { recipients: [] })).toEqual({ failure: 'no-key' });
  });
});
