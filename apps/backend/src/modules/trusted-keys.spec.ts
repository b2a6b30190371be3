import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Dependencies } from '../dependencies.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { lawfulChange } from '../ledger/testing/lawful-change.ts';
import { goBack } from '../preparation/go-back.ts';
import { retryPreparation } from '../preparation/retry-preparation.ts';
import { activeVersion } from '../providers/testing/active-version.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';
import { updateProvider } from '../providers/update-provider.ts';
import { uploadModule } from '../providers/upload-module.ts';
import { providerFor } from '../running/provider-access.ts';
import { deliverModule } from '../workers/delivery/deliver-module.ts';

let backend: TestBackend;
/** of the same store, since it was told whom to trust */
let trusting: Dependencies;
let client: ReturnType<typeof providerClient>;
let modules = 0;

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const admin = { userId: 'admin-id', username: 'admin', role: 'admin' } as const;

beforeAll(async () => {
  backend = await startTestBackend();
  trusting = { ...backend.deps, trustedKeys: [publicKey] };
  client = providerClient(backend);
});
afterAll(() => backend.close());

const newModule = () => moduleArchive({ source: pluginSource(`module ${modules++}`) });

const signatureOf = (sha256: string, key = privateKey) =>
  sign(null, Buffer.concat([Buffer.from('secret-store-plugin-v1\0'), Buffer.from(sha256, 'hex')]), key).toString(
    'base64',
  );

const shaOf = async (id: string): Promise<string> => (await activeVersion(backend, id)).moduleSha256 ?? '';

const upload = (providerId: string, bytes: Buffer, signature?: string) =>
  uploadModule(trusting, admin, { providerId, bytes, fileName: 'm.tgz', signature });

/** As after a restart: nothing runs from before. */
const start = async (id: string) => {
  await backend.deps.plugins.retire(id);
  return providerFor(trusting, id, 'create');
};

const unsigned = { code: 8009, message: expect.stringContaining('Upload it again with its signature') };

it('an unsigned module, one signed by a stranger and a signature of another file are 8020, a right one is active', async () => {
  const module = await newModule();
  const sha256 = await shaOf((await client.addActive(module)).id);
  const { id } = await client.add();
  for (const signature of [
    undefined,
    '',
    'no signature',
    signatureOf(sha256, generateKeyPairSync('ed25519').privateKey),
    signatureOf('00'.repeat(32)),
  ]) {
    await expect(upload(id, module, signature)).rejects.toMatchObject({
      code: 8020,
      message: expect.stringContaining('signature'),
    });
  }
  expect(await shaOf(id)).toBe('');
  expect(await upload(id, module, signatureOf(sha256))).toMatchObject({ state: 'active' });
  expect(await (await start(id)).provider.allowsCreate()).toBe(true);
});

it('a module that was stored without a signature does not run until it comes again with its own', async () => {
  const module = await newModule();
  const { id, name } = await client.addActive(module);
  await expect(start(id)).rejects.toMatchObject(unsigned);
  const change = { name, description: '', factoryClassName: 'TestFactory', interfaceVersion: '1.0.0' };
  const configuration = { token: 'hunter2-next', address: null };
  await expect(updateProvider(trusting, admin, id, { ...change, configuration })).rejects.toMatchObject(unsigned);
  expect(await upload(id, module, signatureOf(await shaOf(id)))).toMatchObject({ state: 'active' });
  expect(await (await start(id)).provider.allowsCreate()).toBe(true);
});

it('a module whose signature is gone or of a stranger does not start, whatever was true at its upload', async () => {
  const module = await newModule();
  const signature = await client.addActive(module).then(async ({ id }) => signatureOf(await shaOf(id)));
  const { id } = await client.addActive(module, {});
  await upload(id, module, signature);
  for (const planted of [null, signatureOf(await shaOf(id), generateKeyPairSync('ed25519').privateKey)]) {
    await lawfulChange(backend.deps, 'module', await shaOf(id), { signature: planted });
    await expect(start(id)).rejects.toMatchObject(unsigned);
  }
});

it('nobody goes back to an unsigned module, and one that waits is not tried', async () => {
  const { id } = await client.addActive(await newModule());
  const second = await newModule();
  await client.uploadTo(id, second);
  await expect(goBack(trusting, admin, id)).rejects.toMatchObject(unsigned);
  backend.worker.online = false;
  await client.uploadTo(id, await newModule());
  backend.worker.online = true;
  const questions = backend.worker.questions.length;
  await expect(retryPreparation(trusting, admin, id)).rejects.toMatchObject(unsigned);
  expect(backend.worker.questions.length).toBe(questions);
});

it('a worker gets the last signature that came with the module, also where the store itself trusts no keys', async () => {
  const module = await newModule();
  const { id } = await client.addActive(module);
  const sha256 = await shaOf(id);
  expect((await deliverModule(backend.deps, sha256)).signature).toBeNull();
  const signature = signatureOf(sha256);
  for (const given of [signature, '', 'no signature']) {
    await client.uploadTo(id, module, { signature: given });
    expect((await deliverModule(backend.deps, sha256)).signature).toBe(signature);
  }
});
