import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { describeStages } from '../testing/stages/describe-stages.ts';
import { putEntry, putRecord } from '../testing/stages/put-entry.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';

describeStages('mounts', (stage) => {
  const provider = (vault_secret_path: string) =>
    testProvider({ address: stage().address, token: stage().rootToken }, { vault_secret_path });

  test('reports a version that was deleted on the server as recoverable, stores the next one, and removes the rest', async () => {
    const subject = provider(stage().path);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    await putEntry(stage(), id.getProviderKey(), null);
    await expect(subject.getSecret(id, context)).rejects.toBeInstanceOf(SecretNotFoundError);
    await expect(subject.getSecretVersion(id, context)).rejects.toMatchObject({ problem: 'soft-deleted' });
    await subject.updateSecret(id, 'next', context);
    expect((await subject.getSecret(id, context)).getValue()).toBe('next');
    await putEntry(stage(), id.getProviderKey(), null);
    expect(await subject.deleteSecret(id, context)).toBe(true);
    await expect(subject.getSecretVersion(id, context)).rejects.toBeInstanceOf(SecretNotFoundError);
    expect(await subject.deleteSecret(id, context)).toBe(false);
  });

  test.each([
    ['the value alone', () => ({ value: 'by hand' })],
    ['another value beside the version of the one before', (record: object) => ({ ...record, value: 'by hand' })],
  ])('reads what people wrote to a mount of version 1, and sees the change: %s', async (_what, change) => {
    const subject = provider(stage().path1);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    const version = await subject.getSecretVersion(id, context);
    await putRecord(stage(), id.getProviderKey(), change);
    expect((await subject.getSecret(id, context)).getValue()).toBe('by hand');
    const changed = await subject.getSecretVersion(id, context);
    expect(changed).not.toBe(version);
    expect(await subject.getSecretVersion(id, context)).toBe(changed);
    expect(await subject.updateSecret(id, 'next', context)).toBe(await subject.getSecretVersion(id, context));
    await subject.deleteSecret(id, context);
  });

  test('never overwrites an existing secret', async () => {
    const subject = provider(stage().path);
    const context = freshContext();
    const id = await subject.createSecret('first', context);
    await expect(subject.createSecret('second', context)).rejects.toMatchObject({ problem: 'conflict' });
    expect((await subject.getSecret(id, context)).getValue()).toBe('first');
    await subject.deleteSecret(id, context);
  });

  test('says that a mount has the wrong type', async () => {
    const subject = provider('cubbyhole/store');
    await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'wrong-engine' });
  });
});
