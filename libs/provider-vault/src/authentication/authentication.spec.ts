import { describe, expect, test, vi } from 'vitest';
import { describeStages } from '../testing/stages/describe-stages.ts';
import { liveServer } from '../testing/stages/live-stage.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';
import { fullRules, type LoginName, readOnlyRules, writeOnlyRules } from '../testing/stages/vault-stage.ts';

/** These run in real time; `renewal.spec.ts` covers the same with a fake clock. */
const testOfLive = test.runIf(liveServer(process.env));

describeStages('authentication', (stage) => {
  const provider = (changes: Record<string, string>) =>
    testProvider(
      { address: stage().address, token: stage().rootToken },
      { vault_secret_path: stage().path, ...changes },
    );

  describe.each<[LoginName, string]>([
    ['approle', 'vault_secret_id'],
    ['kubernetes', 'vault_kubernetes_token'],
    ['jwt', 'vault_jwt'],
  ])('%s', (method, credential) => {
    test('logs in again if its token was revoked, and carries on', async () => {
      const login = await stage().login(method, fullRules(stage().path));
      const subject = provider({ vault_token: '', ...login });
      const context = freshContext();
      const id = await subject.createSecret('value', context);
      await stage().endLogins(method);
      expect((await subject.getSecret(id, context)).getValue()).toBe('value');
      await subject.deleteSecret(id, context);
    });

    test('says that it is not authenticated if the credential is wrong', async () => {
      const login = await stage().login(method, fullRules(stage().path));
      const subject = provider({ vault_token: '', ...login, [credential]: 'no-such-credential' });
      await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({
        problem: 'not-authenticated',
      });
    });

    test('says that it is not authenticated if there is no such login mount', async () => {
      const login = await stage().login(method, fullRules(stage().path));
      const subject = provider({ vault_token: '', ...login, vault_auth_path: 'no-such-mount' });
      await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({
        problem: 'not-authenticated',
      });
    });

    test('says what the role is not permitted to do', async () => {
      const login = await stage().login(method, readOnlyRules(stage().path));
      const subject = provider({ vault_token: '', ...login });
      await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'not-permitted' });
    });
  });

  test('says what a valid token is not permitted to do', async () => {
    const token = await stage().token({ rules: readOnlyRules(stage().path), seconds: 600, renewable: true });
    await expect(provider({ vault_token: token }).createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'not-permitted',
    });
  });

  test('says that an invented token is not authenticated', async () => {
    await expect(provider({ vault_token: 's.never-one' }).createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'not-authenticated',
    });
  });

  testOfLive('uses a token that cannot be renewed until it ends', async () => {
    const token = await stage().token({ rules: fullRules(stage().path), seconds: 2, renewable: false });
    const subject = provider({ vault_token: token });
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    const problem = () =>
      subject.getSecretVersion(id, context).then(
        () => 'none yet',
        (error: unknown) => (error instanceof Error && 'problem' in error ? error.problem : error),
      );
    await expect.poll(problem, { timeout: 10_000 }).not.toBe('none yet');
    expect(await problem()).toBe('not-authenticated');
  });

  testOfLive('keeps a token alive beyond the life that it was given with', async () => {
    const token = await stage().token({ rules: fullRules(stage().path), seconds: 2, renewable: true });
    const subject = provider({ vault_token: token });
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    const ended = performance.now() + 5_000;
    await vi.waitUntil(
      async () => {
        expect((await subject.getSecret(id, context)).getValue()).toBe('value');
        return performance.now() > ended;
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  test('writes, deletes and names secrets with a token that may not read a value, and reads with one that may not write', async () => {
    const { path } = stage();
    const backend = provider({
      vault_token: await stage().token({ rules: writeOnlyRules(path), seconds: 600, renewable: true }),
    });
    const worker = provider({
      vault_token: await stage().token({ rules: readOnlyRules(path), seconds: 600, renewable: true }),
    });
    const context = freshContext();
    const id = await backend.createSecret('first', context);
    expect(backend.identifierFor(context).getProviderKey()).toBe(id.getProviderKey());
    expect((await worker.getSecret(id, context)).getValue()).toBe('first');
    const version = await backend.updateSecret(id, 'second', { ...context, version: 2 });
    expect(await worker.getSecretVersion(id, context)).toBe(version);
    expect((await worker.getSecret(id, context)).getValue()).toBe('second');
    await expect(backend.getSecret(id, context)).rejects.toMatchObject({ problem: 'not-permitted' });
    await expect(worker.updateSecret(id, 'third', context)).rejects.toMatchObject({ problem: 'not-permitted' });
    await expect(worker.deleteSecret(id, context)).rejects.toMatchObject({ problem: 'not-permitted' });
    expect((await worker.getSecret(id, context)).getValue()).toBe('second');
    expect(await backend.deleteSecret(id, context)).toBe(true);
    expect(await backend.deleteSecret(id, context)).toBe(false);
  });
});
