import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Algorithm, AlgorithmSecret } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { createStoreKeys, importSigningKey, sealedRecordSchema, signSet, verifySet } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { settleIntents } from '../secrets/settling/settler.ts';
import type { HttpVault } from '../secrets/testing/http-vault.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
import { readAsWorker } from '../secrets/testing/read-as-worker.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { admin, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { removeSecret } from '../secrets/remove-secret.ts';
import { updateSecret } from '../secrets/update-secret.ts';

let opened: StoreWithVault;
let store: BackendFixture;
let vault: HttpVault;
let vaultId: string;
let algorithm: Algorithm;
let sealed: AlgorithmSecret;
let vaulted: AlgorithmSecret;
let other: AlgorithmSecret;

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ store, vault, vaultId } = opened);
});
afterAll(() => opened.close());
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
  sealed = await create('SEALED', internalProviderId);
  vaulted = await create('VAULTED', vaultId);
  other = await create('OTHER', vaultId);
});

const create = (variable: string, provider_id: string) =>
  createSecret(
    store.deps,
    admin,
    algorithm.id,
    secretRequest(algorithm.id, variable, `${variable} value`, { provider_id }),
  );
const update = ({ id }: AlgorithmSecret, secret_value: string) =>
  updateSecret(store.deps, admin, algorithm.id, id, { short_name: `Name of ${id}`, description: '', secret_value });
const seen = () => readAsWorker(store, algorithm, vault);
const sql = (text: string, values: unknown[] = []) => store.deps.db.pool.query(text, values);
const untouched = { SEALED: 'SEALED value', VAULTED: 'VAULTED value', OTHER: 'OTHER value' };

const events = async (action: string) => {
  const rows = await store.deps.db.prisma.auditEvent.findMany({ where: { action, subjectId: algorithm.id } });
  return rows.map((row) => row.details);
};

/** The next write that is allowed to happen; it carries the set over. */
const writeSomething = () => create('NEXT', internalProviderId);

describe('rows that somebody changed make an audit event, and the set stands:', () => {
  it('an omitted row', async () => {
    await sql('DELETE FROM secret WHERE id = $1', [other.id]);
    await writeSomething();
    expect((await seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
    expect(await events('set.mismatch')).toEqual([
      { differences: [{ secretId: other.id, difference: 'row-missing' }], renamed: false },
    ]);
  });

  it('swapped provider keys: neither vault entry gets the other’s value', async () => {
    const key = async (id: string) =>
      (await store.deps.db.prisma.secret.findUniqueOrThrow({ where: { id } })).providerKey;
    const [first, second] = [await key(vaulted.id), await key(other.id)];
    await sql('UPDATE secret SET "providerKey" = $2 WHERE id = $1', [vaulted.id, second]);
    await sql('UPDATE secret SET "providerKey" = $2 WHERE id = $1', [other.id, first]);
    await update(vaulted, 'new');
    expect((await seen()).values).toEqual({ ...untouched, VAULTED: 'new' });
    await removeSecret(store.deps, admin, algorithm.id, vaulted.id);
    const { VAULTED: _, ...rest } = untouched;
    expect((await seen()).values).toEqual(rest);
    expect((await events('set.mismatch')).length).toBeGreaterThan(0);
  });

  it.each([
    ['variable', `UPDATE secret SET "environmentVariable" = 'HIJACKED' WHERE id = $1`],
    ['version', 'UPDATE secret SET version = 7 WHERE id = $1'],
    ['provider', `UPDATE secret SET "providerId" = '${internalProviderId}' WHERE id = $1`],
  ])('a changed %s', async (_, change) => {
    await sql(change, [vaulted.id]);
    await writeSomething();
    expect(await seen()).toMatchObject({ values: untouched, versions: { VAULTED: 1 } });
    expect(await events('set.mismatch')).toEqual([
      { differences: [{ secretId: vaulted.id, difference: 'row-changed' }], renamed: false },
    ]);
    await update(vaulted, 'new');
    expect(await seen()).toMatchObject({ values: { VAULTED: 'new' }, versions: { VAULTED: 2 } });
  });

  it('an added row: it reaches no worker, no provider is asked for it, and it can be removed', async () => {
    const { providerKey } = await store.deps.db.prisma.secret.findUniqueOrThrow({ where: { id: other.id } });
    const data = {
      id: uuidv7(),
      algorithmId: algorithm.id,
      shortName: 'x',
      description: '',
      providerId: vaultId,
      version: 1,
      valueId: uuidv7(),
    };
    await store.deps.db.prisma.secret.create({ data: { ...data, environmentVariable: 'ADDED', providerKey } });
    await writeSomething();
    const request = { short_name: 'x', description: '', secret_value: 'overwritten' };
    await expect(updateSecret(store.deps, admin, algorithm.id, data.id, request)).rejects.toMatchObject({ code: 8008 });
    await removeSecret(store.deps, admin, algorithm.id, data.id);
    expect((await seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
    expect(await events('set.mismatch')).toEqual([
      { differences: [{ secretId: data.id, difference: 'row-added' }], renamed: false },
    ]);
  });

  it('a variable whose row was taken away cannot be given to another secret', async () => {
    await sql('DELETE FROM secret WHERE id = $1', [other.id]);
    await expect(create('OTHER', internalProviderId)).rejects.toMatchObject({ code: 8001, status: 409 });
    expect((await seen()).values).toEqual(untouched);
    await removeSecret(store.deps, admin, algorithm.id, other.id);
    await create('OTHER', internalProviderId);
    expect((await seen()).values).toEqual(untouched);
  });

  it('swapped names of two algorithms', async () => {
    const second = await opened.addAlgorithm(admin);
    for (const [id, name] of [
      [second.id, 'passing'],
      [algorithm.id, second.name],
      [second.id, algorithm.name],
    ]) {
      await sql('UPDATE algorithm SET name = $2 WHERE id = $1', [id, name]);
    }
    await writeSomething();
    const last = await store.deps.db.prisma.signedSet.findFirst({
      where: { algorithmId: algorithm.id },
      orderBy: { number: 'desc' },
    });
    expect(verifySet(last?.envelope, store.deps.keys.verificationKey).name).toBe(algorithm.name);
    expect(await events('set.mismatch')).toEqual([{ differences: [], renamed: true }]);
  });

  it('a deletion that the backend did not begin: the vault keeps what is in use', async () => {
    const { providerKey } = await store.deps.db.prisma.secret.findUniqueOrThrow({ where: { id: vaulted.id } });
    const forged = {
      algorithmId: algorithm.id,
      providerId: vaultId,
      environmentVariable: 'X',
      version: 1,
      settleAfter: new Date(),
    };
    for (const kind of ['delete', 'create']) {
      for (const secretId of [vaulted.id, uuidv7()]) {
        await store.deps.db.prisma.writeIntent.create({
          data: { ...forged, id: uuidv7(), kind, secretId, providerKey },
        });
      }
    }
    await settleIntents(store.deps, {});
    expect((await seen()).values).toEqual(untouched);
    expect(await store.deps.db.prisma.writeIntent.count()).toBe(0);
  });
});

it('an older sealed row in place of a newer one is not delivered as it', async () => {
  await update(sealed, 'new');
  await sql(
    `UPDATE internal_sealed_value SET record = (SELECT record FROM internal_sealed_value WHERE "providerKey" = $1 AND version = 1)
     WHERE "providerKey" = $1 AND version = 2`,
    [sealed.id],
  );
  await expect(seen()).rejects.toThrow('is not the signed one');
});

describe('a set that is not genuine is not built upon:', () => {
  const replaceLast = (envelope: unknown) =>
    sql(
      `UPDATE signed_set SET envelope = $2 WHERE "algorithmId" = $1
       AND number = (SELECT max(number) FROM signed_set WHERE "algorithmId" = $1)`,
      [algorithm.id, JSON.stringify(envelope)],
    );
  const lastSet = async (algorithmId = algorithm.id) => {
    const row = await store.deps.db.prisma.signedSet.findFirstOrThrow({
      where: { algorithmId },
      orderBy: { number: 'desc' },
    });
    return { envelope: row.envelope, body: verifySet(row.envelope, store.deps.keys.verificationKey) };
  };
  const expectRefused = async (problem: string) => {
    const held = new Map(vault.held);
    for (const write of [
      () => update(vaulted, 'new'),
      writeSomething,
      () => removeSecret(store.deps, admin, algorithm.id, other.id),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 5001, status: 500 });
    }
    expect(vault.held).toEqual(held);
    expect(await store.deps.db.prisma.secret.count({ where: { algorithmId: algorithm.id } })).toBe(3);
    expect(await events('set.refuse')).toContainEqual({ problem });
  };

  it('one signed by a stranger', async () => {
    const stranger = importSigningKey((await createStoreKeys()).backend.signingKey);
    const { body } = await lastSet();
    await replaceLast(signSet({ ...body, previous: null, secrets: [] }, stranger));
    await expectRefused('not-genuine');
  });

  it('one that was edited', async () => {
    const { envelope, body } = await lastSet();
    const edited = Buffer.from(JSON.stringify({ ...body, secrets: [] })).toString('base64url');
    await replaceLast(Object.assign({}, envelope, { payload: edited }));
    await expectRefused('not-genuine');
  });

  it('another algorithm’s', async () => {
    const second = await opened.addAlgorithm(admin);
    await replaceLast((await lastSet(second.id)).envelope);
    await expectRefused('misplaced');
    await expect(seen()).rejects.toMatchObject({ code: 5001 });
  });

  it('an older one under a newer number', async () => {
    const { envelope } = await lastSet();
    await sql('INSERT INTO signed_set ("algorithmId", number, envelope) VALUES ($1, 99, $2)', [
      algorithm.id,
      JSON.stringify(envelope),
    ]);
    await expectRefused('misplaced');
  });

  it('none at all', async () => {
    await sql('DELETE FROM signed_set WHERE "algorithmId" = $1', [algorithm.id]);
    await expectRefused('missing');
  });
});

it('a pool key slipped into the database is not sealed to', async () => {
  const { poolId } = await store.deps.db.prisma.algorithm.findUniqueOrThrow({ where: { id: algorithm.id } });
  const [certificate] = (await createStoreKeys()).backend.certificates.pools;
  await store.deps.db.prisma.poolKey.create({ data: { keyId: 'slipped-in', poolId, certificate: certificate ?? {} } });
  const recipientsOf = async (secretId: string) => {
    const row = await store.deps.db.prisma.internalSealedValue.findFirst({
      where: { providerKey: secretId },
      orderBy: { version: 'desc' },
    });
    return sealedRecordSchema.parse(row?.record).recipients.map(({ keyId }) => keyId);
  };
  const before = await recipientsOf(sealed.id);
  await update(sealed, 'after the key was slipped in');
  expect(await recipientsOf(sealed.id)).toEqual(before);
  expect(before).toHaveLength(2);
  await store.deps.db.prisma.poolKey.delete({ where: { keyId: 'slipped-in' } });
});
