import { type SecretContext, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeAzure } from './testing/fake-azure.ts';
import { problem } from './testing/fake-secrets.ts';
import { freshContext, providerFor } from './testing/provider-for.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await FakeAzure.start();
});

beforeEach(() => {
  azure.reset();
  azure.vault.permissions.clear();
  Object.assign(azure.vault.secrets, { purgeProtection: false, terse: false });
  azure.vault.secrets.now = () => Math.floor(Date.now() / 1_000);
});

afterAll(() => azure.close());

test.each([
  ['its 404', () => problem(404, 'SecretNotFound', '')],
  ['a list without versions', () => ({ status: 200, body: { value: [], nextLink: null } })],
])('takes %s for the absence that it is', async (_what, absence) => {
  const { subject, context, id } = await stored();
  azure.vault.always(absence);
  await expect(subject.getSecretVersion(id, context)).rejects.toThrow(SecretNotFoundError);
  await expect(subject.secretLastUpdated(id, context)).rejects.toThrow(SecretNotFoundError);
  await expect(subject.updateSecret(id, 'next', context)).rejects.toThrow(SecretNotFoundError);
});

test.each([
  ['a refused right', 403, problem(403, 'Forbidden', '', 'ForbiddenByRbac').body, 'not-permitted'],
  ["a gateway's own 404", 404, { message: 'no such page' }, 'unexpected-answer'],
  ['a page', 404, undefined, 'unexpected-answer'],
  ['an answer that is none of a vault', 200, { other: 'x' }, 'unexpected-answer'],
])('never takes %s for a missing secret', async (_what, status, body, expected) => {
  const { subject, context, id } = await stored();
  azure.vault.always(() => ({ status, body }));
  for (const call of [
    () => subject.getSecret(id, context),
    () => subject.getSecretVersion(id, context),
    () => subject.secretLastUpdated(id, context),
    () => subject.updateSecret(id, 'next', context),
  ]) {
    await expect(call()).rejects.toMatchObject({ problem: expected });
  }
  if (status !== 200) await expect(subject.deleteSecret(id, context)).rejects.toMatchObject({ problem: expected });
  azure.reset();
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
});

describe('writing', () => {
  test('sends no value to a vault before it has accepted the token', async () => {
    azure.vault.intercept(
      () => ({ status: 503 }),
      () => ({ status: 503 }),
    );
    const subject = providerFor(azure);
    await Promise.all(Array.from({ length: 5 }, () => subject.createSecret('a-value-on-the-wire', freshContext())));
    const withValue = azure.vault.requests.filter(({ body }) => body.includes('a-value-on-the-wire'));
    expect(withValue).toHaveLength(5);
    expect(withValue.filter(({ headers }) => !headers.authorization)).toEqual([]);
  });

  test('never sends more than 25,600 bytes', async () => {
    const { subject, context, id } = await stored();
    azure.reset();
    const large = 'é'.repeat(12_801);
    await expect(subject.createSecret(large, freshContext())).rejects.toMatchObject({ problem: 'too-large' });
    await expect(subject.updateSecret(id, large, context)).rejects.toMatchObject({ problem: 'too-large' });
    expect(azure.vault.requests).toEqual([]);
  });

  test('never overwrites a secret that already has the name', async () => {
    const { subject, context, id } = await stored();
    await expect(subject.createSecret('other', context)).rejects.toMatchObject({ problem: 'conflict' });
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });

  test.each([
    ['that says so', false],
    ['that says no more than 409', true],
  ])('recovers a deleted secret that has the name, without reading it: in a vault %s', async (_what, terse) => {
    azure.vault.secrets.terse = terse;
    const { subject, context, id } = await stored();
    await subject.deleteSecret(id, context);
    azure.reset();
    // The vault is still deleting, then it recovers, both in the background.
    const refusals = [
      problem(404, 'SecretNotFound', ''),
      problem(409, 'Conflict', '', 'ObjectIsBeingDeleted'),
      'pass' as const,
      problem(409, 'Conflict', '', 'ObjectIsBeingRecovered'),
    ];
    azure.vault.always(({ method, target }) => {
      const recovering = azure.vault.requests.some((seen) => seen.target.includes('/recover'));
      return target.includes('/recover') || (method === 'PUT' && recovering) ? (refusals.shift() ?? 'pass') : 'pass';
    });
    await subject.createSecret('again', context);
    expect(valueReads()).toEqual([]);
    azure.reset();
    expect((await subject.getSecret(id, context)).getValue()).toBe('again');
  });

  test('says that a deleted secret has the name if it cannot be recovered in time', async () => {
    const { subject, context, id } = await stored();
    await subject.deleteSecret(id, context);
    // each refusal takes half the time of a call, so that this works on a slow machine too
    const now = performance.now();
    let passed = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + passed);
    azure.vault.always(({ target }) => {
      if (!target.includes('/recover')) return 'pass';
      passed += 300_000;
      return problem(409, 'Conflict', '', 'ObjectIsBeingDeleted');
    });
    const hasty = providerFor(azure, {}, { callMilliseconds: 600_000, requestMilliseconds: 60_000 });
    await expect(hasty.createSecret('again', context)).rejects.toMatchObject({ problem: 'soft-deleted' });
    clock.mockRestore();
    expect(passed).toBe(600_000);
  });

  test('does not bring back a secret that was deleted during an update', async () => {
    const { subject, context, id } = await stored();
    azure.vault.intercept((request) => {
      const listed = azure.vault.answer(request);
      azure.vault.secrets.delete(id.getProviderKey());
      return listed;
    });
    await expect(subject.updateSecret(id, 'next', context)).rejects.toMatchObject({ problem: 'soft-deleted' });
    await expect(subject.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
  });

  test('needs no right to read, and never asks for a value', async () => {
    azure.vault.permissions.set('fake-writer', ['set', 'list', 'delete', 'recover', 'purge']);
    const writer = providerFor(azure, { client_id: 'fake-writer', purge_on_delete: 'true', reference_names: 'team-*' });
    const context = freshContext();
    const id = await writer.createSecret('value', context);
    const version = await writer.updateSecret(id, 'next', { ...context, version: 2 });
    azure.vault.secrets.set('team-mail', { value: 'theirs' });
    await writer.referTo?.('team-mail', context);
    expect(valueReads()).toEqual([]);
    expect(await providerFor(azure).getSecretVersion(id, context)).toBe(version);
    azure.reset();
    expect(await writer.deleteSecret(id, context)).toBe(true);
    expect(azure.vault.requests.filter(({ method }) => method === 'GET')).toEqual([]);
    await writer.createSecret('value', context);
    await expect(writer.getSecret(id, context)).rejects.toMatchObject({ problem: 'not-permitted' });
  });
});

describe('deleting', () => {
  test('returns true if the answer to its own first attempt was lost', async () => {
    const { subject, context, id } = await stored();
    azure.vault.intercept((request) => {
      azure.vault.answer(request);
      return { status: 502 };
    });
    expect(await subject.deleteSecret(id, context)).toBe(true);
    expect(await subject.deleteSecret(id, context)).toBe(false);
  });

  test('leaves the secret recoverable unless purging is configured', async () => {
    const { subject, context, id } = await stored();
    await subject.deleteSecret(id, context);
    expect(azure.vault.secrets.getDeleted(id.getProviderKey()).status).toBe(200);
  });

  describe.each([
    ['that the deletion goes on', () => problem(409, 'Conflict', '', 'ObjectIsBeingDeleted')],
    ['that nothing was deleted', () => problem(404, 'SecretNotFound', '')],
  ])('purges where it is told to, in a vault that says for a while %s', (_what, unfinished) => {
    test.each([
      ['within the call', {}],
      ['after the call', { purgeMilliseconds: 1 }],
    ])('%s', async (_when, limits) => {
      const { context, id } = await stored();
      const subject = providerFor(azure, { purge_on_delete: 'true' }, limits);
      let refusals = 3;
      azure.vault.always(({ method, target }) =>
        method === 'DELETE' && target.startsWith('/deletedsecrets/') && refusals-- > 0 ? unfinished() : 'pass',
      );
      expect(await subject.deleteSecret(id, context)).toBe(true);
      await expect.poll(() => azure.vault.secrets.getDeleted(id.getProviderKey()).status).toBe(404);
    });
  });

  test('says that it could not purge during an outage, so that the purge is tried again', async () => {
    const { context, id } = await stored();
    const subject = providerFor(azure, { purge_on_delete: 'true' });
    azure.vault.always(({ target }) => (target.startsWith('/deletedsecrets/') ? { status: 503 } : 'pass'));
    await expect(subject.deleteSecret(id, context)).rejects.toMatchObject({ problem: 'unavailable' });
    azure.reset();
    expect(await subject.deleteSecret(id, context)).toBe(false);
    expect(azure.vault.secrets.getDeleted(id.getProviderKey()).status).toBe(404);
  });

  test('purges what an earlier deletion left', async () => {
    const { subject, context, id } = await stored();
    await subject.deleteSecret(id, context);
    expect(await providerFor(azure, { purge_on_delete: 'true' }).deleteSecret(id, context)).toBe(false);
    expect(azure.vault.secrets.getDeleted(id.getProviderKey()).status).toBe(404);
  });

  test.each([
    ['purge protection', () => void (azure.vault.secrets.purgeProtection = true)],
    ['no right to purge', () => void azure.vault.permissions.set('fake-client', ['get', 'list', 'set', 'delete'])],
  ])('is done where the vault does not let it purge: %s', async (_what, forbid) => {
    const { context, id } = await stored();
    forbid();
    const subject = providerFor(azure, { purge_on_delete: 'true' });
    expect(await subject.deleteSecret(id, context)).toBe(true);
    await expect(subject.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
    expect(azure.vault.secrets.getDeleted(id.getProviderKey()).status).toBe(200);
  });
});

describe('reading', () => {
  const hours = (count: number) => Math.floor(Date.now() / 1_000) + count * 3_600;

  test('lets a value live until the secret expires', async () => {
    const { subject, context, id } = await stored();
    expect((await subject.getSecret(id, context)).getTtl()).toBe(0);
    azure.vault.secrets.change(id.getProviderKey(), { exp: hours(1), nbf: hours(-1) });
    const ttl = (await subject.getSecret(id, context)).getTtl();
    expect(ttl).toBeGreaterThan(3_500);
    expect(ttl).toBeLessThanOrEqual(3_600);
    azure.vault.secrets.change(id.getProviderKey(), { exp: hours(10_000_000) });
    expect((await subject.getSecret(id, context)).getTtl()).toBe(31_536_000);
  });

  test.each([
    ['disabled', { enabled: false }, 'disabled'],
    ['expired', { exp: hours(-1) }, 'expired'],
    ['not yet valid', { nbf: hours(1) }, 'expired'],
  ])('says that a secret is %s, and its version is known all the same', async (_what, change, expected) => {
    const { subject, context, id } = await stored();
    const version = await subject.getSecretVersion(id, context);
    azure.vault.secrets.change(id.getProviderKey(), change);
    await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: expected });
    // An emulator refuses all three without a reason.
    azure.vault.secrets.terse = true;
    await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: expected });
    azure.vault.always(({ target }) => (target.includes('/versions') ? 'pass' : problem(403, 'Forbidden', '')));
    await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: expected });
    expect(await subject.getSecretVersion(id, context)).toBe(version);
  });

  test('knows version and time without the value, over several pages', async () => {
    const { subject, context, id } = await stored();
    for (let more = 1; more <= 60; more += 1) {
      azure.vault.secrets.now = () => 1_700_000_000 + 2_000_000_000 + more;
      azure.vault.secrets.set(id.getProviderKey(), { value: `value ${more}` });
    }
    azure.reset();
    const version = await subject.getSecretVersion(id, context);
    expect(await subject.secretLastUpdated(id, context)).toEqual(new Date(3_700_000_060_000));
    expect(azure.vault.requests).toHaveLength(6);
    expect(valueReads()).toEqual([]);
    expect(currentVersion(id.getProviderKey())).toBe(version);
  });

  test('asks for the secret itself if two versions were created in the same second', async () => {
    const { subject, context, id } = await stored();
    azure.vault.secrets.now = () => 2_000_000_000;
    const versions = new Set<string>();
    for (let more = 1; more <= 10; more += 1) {
      const answered = await subject.updateSecret(id, `value ${more}`, context);
      expect(await subject.getSecretVersion(id, context)).toBe(answered);
      versions.add(answered);
    }
    expect(versions.size).toBe(10);
    expect(await subject.secretLastUpdated(id, context)).toEqual(new Date(2_000_000_000_000));
  });

  test('stops reading an endless list of versions', async () => {
    const { subject, context, id } = await stored();
    for (let more = 1; more <= 300; more += 1) azure.vault.secrets.set(id.getProviderKey(), { value: `value ${more}` });
    azure.reset();
    expect(await subject.getSecretVersion(id, context)).toBe(currentVersion(id.getProviderKey()));
    expect(azure.vault.requests.length).toBeLessThan(10);
  });
});

describe('names', () => {
  test('begin with the prefix and end with the id of the secret', async () => {
    const subject = providerFor(azure, { secret_name_prefix: 'Team-A' });
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    expect(id.getProviderKey()).toBe(`Team-A-${context.secretId}`);
  });

  test.each(['', 'a/b', '../x', 'a b', 'ä', 'x'.repeat(127)])('are not made of the secret id %j', (secretId) => {
    expect(() => providerFor(azure).identifierFor({ ...freshContext(), secretId })).toThrow(TypeError);
  });

  test('never lead to another secret', async () => {
    const { subject, context: mine } = await stored();
    const { id: others, context: other } = await stored('other');
    await expect(subject.getSecret(others, mine)).rejects.toThrow(SecretNotFoundError);
    await expect(subject.updateSecret(others, 'forged', mine)).rejects.toThrow(SecretNotFoundError);
    expect(await subject.deleteSecret(others, mine)).toBe(false);
    expect((await subject.getSecret(others, other)).getValue()).toBe('other');
  });

  test('with another prefix are refused with an explanation', async () => {
    const { context, id } = await stored();
    azure.reset();
    const moved = providerFor(azure, { secret_name_prefix: 'elsewhere' });
    for (const call of [
      () => moved.getSecret(id, context),
      () => moved.updateSecret(id, 'next', context),
      () => moved.deleteSecret(id, context),
    ]) {
      await expect(call()).rejects.toMatchObject({ problem: 'wrong-engine' });
    }
    expect(azure.vault.requests).toEqual([]);
  });
});

const valueReads = () =>
  azure.vault.requests.filter(({ method, target }) => method === 'GET' && /^\/secrets\/[^/]+\/?\?/.test(target));

const currentVersion = (name: string): string | undefined => {
  const { body } = azure.vault.secrets.get(name);
  return String(Reflect.get(Object(body), 'id'))
    .split('/')
    .at(-1);
};

const stored = async (value = 'value', context: SecretContext = freshContext()) => {
  const subject = providerFor(azure);
  const id = await subject.createSecret(value, context);
  await subject.getSecret(id, context);
  return { subject, context, id };
};
