import { randomUUID } from 'node:crypto';
import type { ResealedRecords, ResealTask, SealedPlace, WorkerResealBatch } from '@secret-store/api/schemas';
import {
  generateOpeningKey,
  generateSigningKey,
  type NewSet,
  open,
  type OpeningKey,
  type PoolLog,
  type RecipientKey,
  replacePoolKey,
  seal,
  type SealedRecord,
  sealedRecordHash,
  sealedRecordSchema,
  type SecretBinding,
  signSet,
  type SigningKey,
} from '@secret-store/sealing';
import { createNewcomer, createPoolWorld, type PoolWorld } from '@secret-store/sealing/testing';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ResealDependencies } from './reseal-dependencies.ts';
import { resealPending } from './reseal-pending.ts';

const algorithmId = '0192f0c1-0000-7000-8000-00000000000a';
const secretId = '0192f0c1-0000-7000-8000-000000000001';
const providerId = '0192f0c1-0000-7000-8000-000000000002';
const otherPoolId = '0192f0c1-0000-7000-8000-00000000000b';

let world: PoolWorld;
/** what the pool of the worker is sealed to by now */
let newKey: OpeningKey;
let oldKey: OpeningKey;
let logs: PoolLog[];
/** what the worker gave, and what it refused */
let given: ResealedRecords[];

beforeEach(async () => {
  world = await createPoolWorld();
  [oldKey] = world.poolKeys as [OpeningKey];
  const { recipient } = await createNewcomer();
  const { first, worker, append } = world;
  append(first, { kind: 'introduce', name: 'first', recipientKey: recipient.publicKey }, worker);
  newKey = await rotate(first);
  logs = [first];
  given = [];
});

const rotate = async (log: PoolLog): Promise<OpeningKey> => {
  const { key, entry } = await replacePoolKey(log, world.worker);
  log.append(entry);
  return key;
};

const binding = (changes: Partial<SecretBinding> = {}): SecretBinding => ({
  ...{ type: 'secret', secretId, algorithmId, environmentVariable: 'TOKEN', version: 3 },
  ...changes,
});
const place = (version = 3): SealedPlace => ({ kind: 'value', algorithmId, secretId, version });

interface Sealing {
  readonly changes?: Partial<SecretBinding>;
  readonly to?: readonly RecipientKey[];
  readonly signer?: SigningKey;
}
const sealed = ({ changes, to = [oldKey, world.store.root.recipient], signer = world.store.signer }: Sealing = {}) =>
  seal({ value: Buffer.from('a value'), binding: binding(changes), recipients: to, signer });

const setWith = (record: SealedRecord, changes: Partial<NewSet> = {}, signer = world.store.signer) =>
  signSet(
    {
      ...{ algorithmId, owner: 'ada', name: 'model', number: 7, previous: null, pools: [world.first.poolId] },
      secrets: [
        {
          ...{ secretId, environmentVariable: 'TOKEN', version: 3, providerId, providerKey: secretId, since: 1 },
          sealedHash: sealedRecordHash(record),
        },
      ],
      ...changes,
    },
    signer,
  );

const wantFirst = () => [{ poolId: world.first.poolId, keyId: newKey.keyId }];
const task = (record: unknown, changes: Partial<ResealTask> = {}): ResealTask => ({
  ...{ place: place(), record, recipients: wantFirst() },
  ...changes,
});

/** This batch, once unless told, and then nothing more. */
const run = async (batch: Partial<WorkerResealBatch>, { isTaken = true, times = 1 } = {}) => {
  const { certificates } = world.store.keys.backend;
  const empty = { backendCertificate: certificates.backend, sets: {}, logs: [], tasks: [] };
  const batches = Array.from({ length: times }, () => ({ ...empty, ...batch }));
  const deps: ResealDependencies = {
    backend: {
      takeReseal: async () => batches.shift() ?? empty,
      giveResealed: async (records) => {
        given.push(records);
        return { done: isTaken ? records.records.length : 0, skipped: [] };
      },
    },
    keys: {
      ...{ root: world.store.root, poolId: world.first.poolId, signer: world.worker, openingKeys: [oldKey, newKey] },
    },
    logs: {
      all: logs,
      held: {},
      log: (poolId) => logs.find((log) => log.poolId === poolId) ?? null,
      take: async () => undefined,
    },
    log: pino({ level: 'silent' }),
  };
  return resealPending(deps);
};

const expectRefused = async (batch: Partial<WorkerResealBatch>) => {
  expect(await run(batch)).toBe(0);
  expect(given).toEqual([{ records: [], left: (batch.tasks ?? []).map((one) => one.place) }]);
};

it('seals the value again for the same place: to the current key and the root, signed by the worker', async () => {
  const before = await sealed();
  expect(await run({ sets: { [algorithmId]: setWith(before) }, tasks: [task(before)] })).toBe(1);
  const [one] = given[0]?.records ?? [];
  const record = sealedRecordSchema.parse(one?.record);
  expect(one).toMatchObject({ place: place(), replaces: sealedRecordHash(before) });
  expect(record.binding).toEqual(before.binding);
  expect(record.signature.keyId).toBe(world.worker.keyId);
  expect(record.recipients.map(({ keyId }) => keyId)).toEqual([newKey.keyId, world.store.root.recipient.keyId]);
  const opened = await open({ record, binding: binding(), openingKeys: [newKey], hash: sealedRecordHash(record) });
  expect(Buffer.from(opened).toString()).toBe('a value');
  await expect(
    open({ record, binding: binding(), openingKeys: [oldKey], hash: sealedRecordHash(record) }),
  ).rejects.toMatchObject({ code: 'NO_KEY' });
});

it('seals an older version, and what another member has sealed, again', async () => {
  const current = await sealed();
  const older = await sealed({ changes: { version: 2 }, signer: world.member.signer });
  const sets = { [algorithmId]: setWith(current) };
  expect(await run({ sets, tasks: [task(older, { place: place(2) })] })).toBe(1);
});

it('seals a configuration again that the backend or a member sealed', async () => {
  const about = { providerId, revision: 1, moduleSha256: 'ab'.repeat(32), factoryClassName: 'F', destinations: [] };
  const tasks: ResealTask[] = [];
  for (const [type, part] of [
    ['provider-configuration', 'shared'],
    ['provider-worker-configuration', 'workers'],
  ] as const) {
    const record = await seal({
      ...{ value: Buffer.from('{}'), binding: { type, ...about } },
      ...{ recipients: [oldKey], signer: world.member.signer },
    });
    tasks.push(task(record, { place: { kind: 'configuration', providerId, number: 1, part } }));
  }
  expect(await run({ tasks })).toBe(2);
  // and never as the other part, or as another provider's
  const swapped = tasks.map(({ record }, index) => task(record, { place: tasks[1 - index]?.place ?? place() }));
  given = [];
  await expectRefused({ tasks: swapped });
  given = [];
  const elsewhere = tasks.map(({ record }, index) => {
    const part = index === 0 ? 'shared' : 'workers';
    return task(record, { place: { kind: 'configuration', providerId: otherPoolId, number: 1, part } });
  });
  await expectRefused({ tasks: elsewhere });
});

it('ends where the backend takes nothing of what it gave, in place of sealing the same again and again', async () => {
  const record = await sealed();
  expect(
    await run({ sets: { [algorithmId]: setWith(record) }, tasks: [task(record)] }, { isTaken: false, times: 5 }),
  ).toBe(0);
  expect(given).toHaveLength(1);
});

describe('refuses to seal', () => {
  it('to a key that is not the current one of its pool: a key of the backend, or the one before', async () => {
    const record = await sealed();
    const sets = { [algorithmId]: setWith(record) };
    const { keyId } = await generateOpeningKey();
    for (const wanted of [keyId, oldKey.keyId]) {
      given = [];
      await expectRefused({
        sets,
        tasks: [task(record, { recipients: [{ poolId: world.first.poolId, keyId: wanted }] })],
      });
    }
  });

  const otherPool = async () => {
    const { log, token } = await world.foundPool(world.worker, { poolId: otherPoolId });
    const key = await world.joinAlone(log, await createNewcomer('other', randomUUID()), token);
    logs.push(log);
    return { log, recipients: [...wantFirst(), { poolId: otherPoolId, keyId: key.keyId }] };
  };

  it('to a pool that was never taken in, or is not held, or is not in the signed set', async () => {
    const record = await sealed();
    const pools = [world.first.poolId, otherPoolId];
    const { log, recipients } = await otherPool();
    const tasks = [task(record, { recipients })];
    const sets = { [algorithmId]: setWith(record, { pools }) };
    await expectRefused({ sets, tasks });
    // taken in: then it may
    const { number, hash } = log.head;
    world.append(world.first, { kind: 'admit', poolId: otherPoolId, number, hash }, world.worker);
    expect(await run({ sets, tasks })).toBe(1);
    given = [];
    await expectRefused({ sets: { [algorithmId]: setWith(record) }, tasks });
    given = [];
    logs.pop();
    await expectRefused({ sets, tasks });
  });

  it('a record that the set does not name: another value of the same secret, or another version', async () => {
    const record = await sealed();
    const sets = { [algorithmId]: setWith(record) };
    await expectRefused({ sets, tasks: [task(await sealed())] });
    for (const version of [2, 4]) {
      given = [];
      await expectRefused({ sets, tasks: [task(record, { place: place(version) })] });
    }
  });

  it('a version that the set does not have yet, although the backend sealed it', async () => {
    const sets = { [algorithmId]: setWith(await sealed()) };
    await expectRefused({ sets, tasks: [task(await sealed({ changes: { version: 4 } }), { place: place(4) })] });
  });

  it('to nobody but the root', async () => {
    const record = await sealed();
    await expectRefused({ sets: { [algorithmId]: setWith(record) }, tasks: [task(record, { recipients: [] })] });
  });

  it("a record with another secret's binding, also where the set names it", async () => {
    for (const changes of [
      { secretId: providerId },
      { algorithmId: providerId },
      { environmentVariable: 'OTHER' },
      { version: 2 },
    ]) {
      const record = await sealed({ changes });
      given = [];
      await expectRefused({ sets: { [algorithmId]: setWith(record) }, tasks: [task(record)] });
    }
  });

  it('by a set of another algorithm or of a stranger, or without one', async () => {
    const record = await sealed();
    const stranger = await generateSigningKey();
    for (const sets of [
      { [algorithmId]: setWith(record, { algorithmId: providerId }) },
      { [algorithmId]: setWith(record, {}, stranger) },
      {},
    ]) {
      given = [];
      await expectRefused({ sets, tasks: [task(record)] });
    }
  });

  it('what a stranger sealed, or what it cannot open', async () => {
    const current = await sealed();
    const sets = { [algorithmId]: setWith(current) };
    const older = { changes: { version: 2 }, signer: await generateSigningKey() };
    await expectRefused({ sets, tasks: [task(await sealed(older), { place: place(2) })] });
    const foreign = await sealed({ to: [await generateOpeningKey()] });
    given = [];
    await expectRefused({ sets: { [algorithmId]: setWith(foreign) }, tasks: [task(foreign)] });
  });
});
