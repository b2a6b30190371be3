import { randomUUID } from 'node:crypto';
import { internalProviderId } from '@secret-store/provider-internal';
import {
  createStoreKeys,
  generateOpeningKey,
  generateSigningKey,
  importSigningKey,
  nextPoolEntry,
  sealedRecordSchema,
  signSet,
  verifySet,
} from '@secret-store/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
import { SetCache } from './set-cache.ts';
import { expectRefusals } from './testing/expect-refusals.ts';
import { expectRefused, tamperedAlgorithm, type TamperedAlgorithm, untouched } from './testing/tampered-algorithm.ts';

let opened: StoreWithVault;
let tampered: TamperedAlgorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
});
afterAll(() => opened.close());
beforeEach(async () => {
  tampered = await tamperedAlgorithm(opened);
});

it.each(['under its own number', 'as the newest'])(
  'a removed value never returns by its set, put back %s',
  async (how) => {
    const { sealed, other } = tampered;
    const sets = await tampered.rowsOf('signed_set', '"algorithmId" = $1', [tampered.algorithm.id]);
    const values = await tampered.rowsOf('internal_sealed_value', '"providerKey" = $1', [sealed.id]);
    const secrets = await tampered.rowsOf('secret', 'id = $1', [sealed.id]);
    await tampered.remove(sealed);
    await tampered.sql('DELETE FROM signed_set WHERE "algorithmId" = $1 AND number <= 4', [tampered.algorithm.id]);
    const renumbered = sets.slice(-1).map((row) => ({ ...row, number: 90 }));
    await tampered.putBack('signed_set', how === 'as the newest' ? renumbered : sets);
    await tampered.putBack('internal_sealed_value', values);
    await tampered.putBack('secret', secrets);
    const { SEALED: _, ...rest } = untouched;
    expect((await tampered.seen()).values).toEqual(rest);
    await tampered.create('FIRST', internalProviderId);
    await tampered.update(other, 'written');
    await tampered.create('SECOND', opened.vaultId);
    const written = { FIRST: 'FIRST value', OTHER: 'written', SECOND: 'SECOND value' };
    expect((await tampered.seen()).values).toEqual({ ...rest, ...written });
    expect(await tampered.listed()).toEqual(['FIRST', 'OTHER', 'SECOND', 'VAULTED']);
  },
);

describe('a set that is not the last one is not built upon:', () => {
  const lastRow = () =>
    opened.store.deps.db.prisma.signedSet.findFirstOrThrow({
      where: { algorithmId: tampered.algorithm.id },
      orderBy: { number: 'desc' },
    });
  const replaceLast = async (envelope: unknown) => {
    const { number } = await lastRow();
    forgetVerified();
    const put = 'UPDATE signed_set SET envelope = $3 WHERE "algorithmId" = $1 AND number = $2';
    await tampered.sql(put, [tampered.algorithm.id, number, JSON.stringify(envelope)]);
  };
  /** As a backend that has just started. */
  const forgetVerified = () => Object.assign(opened.store.deps, { sets: new SetCache() });
  const bodyOf = (envelope: unknown) => verifySet(envelope, opened.store.deps.keys.verificationKey);

  /** Nothing is written until the rows of sets are what they were. */
  const expectNothingDone = async (problem: string, rows: readonly object[]) => {
    const held = new Map(opened.vault.held);
    for (const write of [
      () => tampered.update(tampered.vaulted, 'new'),
      tampered.writeSomething,
      () => tampered.remove(tampered.other),
      tampered.seen,
    ]) {
      await expectRefused(write, 'SetIntegrityError');
    }
    expect(opened.vault.held).toEqual(held);
    expect(await tampered.listed()).toEqual(['OTHER', 'SEALED', 'VAULTED']);
    await expectRefusals(opened.store, 'set', tampered.algorithm.id, [problem]);
    await removeSets();
    await tampered.putBack('signed_set', rows);
    await tampered.writeSomething();
    expect((await tampered.seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
  };
  const removeSets = () => tampered.sql('DELETE FROM signed_set WHERE "algorithmId" = $1', [tampered.algorithm.id]);
  const allRows = () => tampered.rowsOf('signed_set', '"algorithmId" = $1', [tampered.algorithm.id]);

  it('one signed by a stranger', async () => {
    const rows = await allRows();
    const stranger = importSigningKey((await createStoreKeys()).backend.signingKey);
    const { envelope } = await lastRow();
    await replaceLast(signSet({ ...bodyOf(envelope), previous: null, pools: [randomUUID()], secrets: [] }, stranger));
    await expectNothingDone('changed', rows);
  });

  it('one that was edited', async () => {
    const rows = await allRows();
    const { envelope } = await lastRow();
    const edited = Buffer.from(JSON.stringify({ ...bodyOf(envelope), secrets: [] })).toString('base64url');
    await replaceLast(Object.assign({}, envelope, { payload: edited }));
    await expectNothingDone('changed', rows);
  });

  it('another algorithm’s', async () => {
    const rows = await allRows();
    const second = await opened.addAlgorithm(admin);
    const { envelope } = await opened.store.deps.db.prisma.signedSet.findFirstOrThrow({
      where: { algorithmId: second.id },
    });
    await replaceLast(envelope);
    await expectNothingDone('changed', rows);
  });

  it('none at all', async () => {
    const rows = await allRows();
    await removeSets();
    await expectNothingDone('missing', rows);
  });

  it('only an older one', async () => {
    const older = await allRows();
    await tampered.update(tampered.other, 'OTHER value');
    const rows = await allRows();
    await removeSets();
    await tampered.putBack('signed_set', older);
    await expectNothingDone('missing', rows);
  });

  it('also not what its row became since the backend verified it', async () => {
    const { number, envelope } = await lastRow();
    const edited = Object.assign({}, envelope, { payload: 'AAAA' });
    await tampered.sql('UPDATE signed_set SET envelope = $2 WHERE "algorithmId" = $1', [
      ...[tampered.algorithm.id, JSON.stringify(edited)],
    ]);
    await expectRefused(tampered.seen, 'SetIntegrityError');
    await tampered.writeSomething();
    expect(await tampered.seen()).toMatchObject({ number: number + 1, values: { ...untouched, NEXT: 'NEXT value' } });
  });

  it('one under a newer number, beside the last one, which goes on', async () => {
    const { envelope } = await lastRow();
    await tampered.sql('INSERT INTO signed_set ("algorithmId", number, envelope) VALUES ($1, 99, $2)', [
      tampered.algorithm.id,
      JSON.stringify(envelope),
    ]);
    expect((await tampered.seen()).values).toEqual(untouched);
    await tampered.writeSomething();
    expect(await tampered.seen()).toMatchObject({ number: 5, values: { ...untouched, NEXT: 'NEXT value' } });
    await expectRefusals(opened.store, 'set', tampered.algorithm.id, ['unknown']);
    expect((await lastRow()).number).toBe(5);
  });
});

it('a pool key slipped into the database is not sealed to', async () => {
  const { poolId } = await opened.store.deps.db.prisma.algorithm.findUniqueOrThrow({
    where: { id: tampered.algorithm.id },
  });
  const [stranger, key] = [await generateSigningKey(), await generateOpeningKey()];
  const log = await opened.store.deps.pools.firstLog();
  const wrapped = [
    {
      workerId: randomUUID(),
      encapsulatedKey: Buffer.alloc(32, 1).toString('base64url'),
      wrappedKey: Buffer.alloc(48, 1).toString('base64url'),
    },
  ];
  const entry = nextPoolEntry(log, { kind: 'key', publicKey: key.publicKey, wrapped }, stranger);
  const { number } = log.head;
  await opened.store.deps.db.prisma.poolLogEntry.create({
    data: { poolId, number: number + 1, envelope: { ...entry } },
  });
  const recipientsOf = async (secretId: string) => {
    const row = await opened.store.deps.db.prisma.internalSealedValue.findFirst({
      where: { providerKey: secretId },
      orderBy: { version: 'desc' },
    });
    return sealedRecordSchema.parse(row?.record).recipients.map(({ keyId }) => keyId);
  };
  const before = await recipientsOf(tampered.sealed.id);
  await tampered.update(tampered.sealed, 'after the key was slipped in');
  expect(await recipientsOf(tampered.sealed.id)).toEqual(before);
  expect(before).toHaveLength(2);
  await opened.store.deps.db.prisma.poolLogEntry.deleteMany({ where: { poolId, number: number + 1 } });
});
