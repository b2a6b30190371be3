import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { describeStages } from './testing/stages/describe-stages.ts';
import { freshContext, testProvider } from './testing/test-provider.ts';

describeStages('namespaces', (stage) => {
  const provider = (changes: Record<string, string>) =>
    testProvider(
      { address: stage().address, token: stage().rootToken },
      { vault_secret_path: 'secret/store', ...changes },
    );

  test('keeps a secret in its namespace, and finds it in no other', async ({ skip }) => {
    const namespace = await stage().namespace();
    if (namespace === undefined) return skip('the server has no namespaces');
    const context = freshContext();
    const subject = provider({ vault_namespace: `/${namespace}/` });
    const id = await subject.createSecret('value', context);
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
    const outside = provider({ vault_secret_path: stage().path });
    const sameEntry = outside.identifierFor(context);
    await expect(outside.getSecret(sameEntry, context)).rejects.toBeInstanceOf(SecretNotFoundError);
    expect(await subject.deleteSecret(id, context)).toBe(true);
  });

  test('does not mistake a missing namespace for a missing secret', async () => {
    const subject = provider({ vault_namespace: 'no-such-namespace' });
    const context = freshContext();
    const id = subject.identifierFor(context);
    for (const call of [
      () => subject.createSecret('value', context),
      () => subject.getSecret(id, context),
      () => subject.deleteSecret(id, context),
    ]) {
      await expect(call()).rejects.toMatchObject({ problem: 'wrong-engine' });
    }
  });
});
