import { internalProviderId } from '@secret-store/provider-internal';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
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

describe('the row of a secret that somebody else wrote is refused, and the set stands:', () => {
  it.each([
    ['variable', `"environmentVariable" = 'HIJACKED'`],
    ['version', 'version = 7'],
    ['provider', `"providerId" = '${internalProviderId}'`],
    ['provider key', `"providerKey" = 'another’s'`],
    ['display name', `"shortName" = 'Another’s'`],
    ['reference', `reference = 'a/path'`],
    ['value id', `"valueId" = gen_random_uuid()`],
  ])('with another %s', async (_, change) => {
    await tampered.sql(`UPDATE secret SET ${change} WHERE id = $1`, [tampered.vaulted.id]);
    expect(await tampered.listed()).toEqual(['OTHER', 'SEALED']);
    await expectRefused(() => tampered.update(tampered.vaulted, 'new'));
    await expectRefused(() => tampered.update(tampered.vaulted));
    await tampered.writeSomething();
    expect(await tampered.seen()).toMatchObject({
      values: { ...untouched, NEXT: 'NEXT value' },
      versions: { VAULTED: 1 },
    });
    await expectRefusals(opened.store, 'secret', tampered.vaulted.id, ['changed']);
  });

  it('in another algorithm', async () => {
    const second = await opened.addAlgorithm(admin);
    await tampered.sql('UPDATE secret SET "algorithmId" = $2 WHERE id = $1', [tampered.vaulted.id, second.id]);
    expect([await tampered.listed(), await tampered.listed(second)]).toEqual([['OTHER', 'SEALED'], []]);
    for (const { id } of [tampered.algorithm, second])
      await expectRefused(() => tampered.update(tampered.vaulted, 'new', id));
    expect((await tampered.seen()).values).toEqual(untouched);
    await expectRefusals(opened.store, 'secret', tampered.vaulted.id, ['changed']);
  });

  it('taken away', async () => {
    await tampered.sql('DELETE FROM secret WHERE id = $1', [tampered.other.id]);
    await expectRefused(() => tampered.update(tampered.other, 'new'));
    await tampered.writeSomething();
    expect((await tampered.seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
    await expectRefusals(opened.store, 'secret', tampered.other.id, ['missing']);
  });

  it('put back as it was before an tampered.update, and after its removal', async () => {
    const before = await tampered.rowsOf('secret', 'id = $1', [tampered.vaulted.id]);
    await tampered.update(tampered.vaulted, 'new');
    await tampered.sql('DELETE FROM secret WHERE id = $1', [tampered.vaulted.id]);
    await tampered.putBack('secret', before);
    await expectRefused(() => tampered.update(tampered.vaulted, 'newer'));
    expect(await tampered.seen()).toMatchObject({ values: { VAULTED: 'new' }, versions: { VAULTED: 2 } });
    await tampered.remove(tampered.vaulted);
    await tampered.putBack('secret', before);
    expect(await tampered.listed()).toEqual(['OTHER', 'SEALED']);
    await expectRefused(() => tampered.update(tampered.vaulted, 'newest'));
    await expectRefusals(opened.store, 'secret', tampered.vaulted.id, ['changed', 'unknown']);
  });

  it('with swapped provider keys: the vault deletes what was signed', async () => {
    const key = async (id: string) =>
      (await opened.store.deps.db.prisma.secret.findUniqueOrThrow({ where: { id } })).providerKey;
    const [first, second] = [await key(tampered.vaulted.id), await key(tampered.other.id)];
    await tampered.sql('UPDATE secret SET "providerKey" = $2 WHERE id = $1', [tampered.vaulted.id, second]);
    await tampered.sql('UPDATE secret SET "providerKey" = $2 WHERE id = $1', [tampered.other.id, first]);
    for (const secret of [tampered.vaulted, tampered.other]) await expectRefused(() => tampered.update(secret, 'new'));
    await tampered.remove(tampered.vaulted);
    const { VAULTED: _, ...rest } = untouched;
    expect((await tampered.seen()).values).toEqual(rest);
    expect([opened.vault.held.has(first), opened.vault.held.has(second)]).toEqual([false, true]);
  });

  it('added: it reaches no worker, no provider is asked for it, and it goes with the algorithm', async () => {
    const { providerKey } = await opened.store.deps.db.prisma.secret.findUniqueOrThrow({
      where: { id: tampered.other.id },
    });
    const id = uuidv7();
    const data = {
      ...{ id, algorithmId: tampered.algorithm.id, shortName: 'x', description: '', environmentVariable: 'ADDED' },
      ...{ providerId: opened.vaultId, providerKey, version: 1, valueId: uuidv7() },
    };
    await opened.store.deps.db.prisma.secret.create({ data });
    expect(await tampered.listed()).toEqual(['OTHER', 'SEALED', 'VAULTED']);
    await expectRefused(() => tampered.update({ id }, 'overwritten'));
    await expectRefused(() => tampered.remove({ id }));
    await tampered.writeSomething();
    expect((await tampered.seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
    await expectRefusals(opened.store, 'secret', id, ['unknown']);
    await tampered.removeAll();
    expect(await opened.store.deps.db.prisma.secret.count({ where: { id } })).toBe(0);
  });

  it('taken away: its variable cannot be given to another secret', async () => {
    await tampered.sql('DELETE FROM secret WHERE id = $1', [tampered.other.id]);
    await expect(tampered.create('OTHER', internalProviderId)).rejects.toMatchObject({ code: 8001, status: 409 });
    expect((await tampered.seen()).values).toEqual(untouched);
    await tampered.remove(tampered.other);
    await tampered.create('OTHER', internalProviderId);
    expect((await tampered.seen()).values).toEqual(untouched);
  });
});

describe('the row of an algorithm that somebody else wrote is refused:', () => {
  const expectNothingDone = async () => {
    await expectRefused(tampered.writeSomething);
    await expectRefused(tampered.listed);
    await expectRefused(() => tampered.update(tampered.vaulted, 'new'));
    await expectRefused(() => tampered.remove(tampered.other));
    await expectRefused(() => tampered.removeAll());
    await expectRefused(tampered.seen);
    await expectRefusals(opened.store, 'algorithm', tampered.algorithm.id, ['changed']);
  };

  it.each([
    ['owner', `'eve'`],
    ['name', `'renamed'`],
    ['"createdAt"', 'now()'],
  ])('with another %s, until it is what it was', async (column, value) => {
    const [row] = await tampered.rowsOf('algorithm', 'id = $1', [tampered.algorithm.id]);
    await tampered.sql(`UPDATE algorithm SET ${column} = ${value} WHERE id = $1`, [tampered.algorithm.id]);
    await expectNothingDone();
    const was = `SELECT ${column} FROM jsonb_populate_record(NULL::algorithm, $2)`;
    await tampered.sql(`UPDATE algorithm SET ${column} = (${was}) WHERE id = $1`, [
      tampered.algorithm.id,
      JSON.stringify(row),
    ]);
    await tampered.writeSomething();
    expect((await tampered.seen()).values).toEqual({ ...untouched, NEXT: 'NEXT value' });
  });

  it('with swapped names', async () => {
    const second = await opened.addAlgorithm(admin);
    for (const [id, name] of [
      [second.id, 'passing'],
      [tampered.algorithm.id, second.name],
      [second.id, tampered.algorithm.name],
    ]) {
      await tampered.sql('UPDATE algorithm SET name = $2 WHERE id = $1', [id, name]);
    }
    await expectNothingDone();
    await expectRefused(() => tampered.create('A', internalProviderId, second));
  });
});

it('an older sealed row in place of a newer one is not delivered as it', async () => {
  await tampered.update(tampered.sealed, 'new');
  await tampered.sql(
    `UPDATE internal_sealed_value SET record = (SELECT record FROM internal_sealed_value WHERE "providerKey" = $1 AND version = 1)
     WHERE "providerKey" = $1 AND version = 2`,
    [tampered.sealed.id],
  );
  await expect(tampered.seen()).rejects.toMatchObject({ code: 'BAD_HASH' });
});
