import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createStoreKeys, type StoreKeys } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeStoreKeys } from './write-store-keys.ts';

let data: string;

beforeEach(async () => {
  data = path.join(await mkdtemp(path.join(tmpdir(), 'secret-store-init-')), 'data');
});

afterEach(() => rm(path.dirname(data), { recursive: true }));

const init = (createKeys: () => Promise<StoreKeys> = createStoreKeys) => writeStoreKeys(data, createKeys);

const noKeys = () => Promise.reject(new Error('keys were created a second time'));

/** Every file with its content and mode, but for what a store may put beside the keys. */
const contents = async () => {
  const found: Record<string, string> = {};
  for (const file of await readdir(data, { recursive: true, withFileTypes: true })) {
    const name = path.join(file.parentPath, file.name);
    const mode = ((await stat(name)).mode & 0o777).toString(8);
    found[path.relative(data, name)] = file.isDirectory() ? mode : `${mode} ${await readFile(name, 'utf8')}`;
  }
  return found;
};

describe('init', () => {
  it('writes files that only their owner may read, and nothing else', async () => {
    await init();
    const modes = Object.fromEntries(
      Object.entries(await contents()).map(([name, content]) => [name, content.slice(0, 3)]),
    );
    expect(modes).toEqual({
      backend: '700',
      'backend/root.json': '400',
      'backend/root-fingerprint': '400',
      'backend/signing-key.json': '400',
      'backend/certificates.json': '400',
      'backend/key-ring.json': '400',
      'backend/state': '700',
      'backend/state/first-start': '400',
      worker: '700',
      'worker/root.json': '400',
      'worker/root-fingerprint': '400',
      'worker/worker-key.json': '400',
      'worker/worker-certificate.json': '400',
      'worker/pool-keys.json': '400',
      recovery: '700',
      'recovery/recovery-file.json': '400',
    });
    expect((await stat(data)).mode & 0o777).toBe(0o700);
  });

  it('makes a data directory private that others could enter', async () => {
    await mkdir(data);
    await chmod(data, 0o755);
    await init();
    expect((await stat(data)).mode & 0o777).toBe(0o700);
  });

  it('changes nothing when the keys exist, even if the recovery file was moved away', async () => {
    await init();
    await rm(path.join(data, 'recovery'), { recursive: true });
    await mkdir(path.join(data, 'worker/state'));
    const before = await contents();
    await init(noKeys);
    expect(await contents()).toEqual(before);
  });

  it('starts over when it was cut off before its keys were complete', async () => {
    const unfinished = path.join(data, '.keys-unfinished-abc');
    await mkdir(path.join(unfinished, 'backend'), { recursive: true });
    await writeFile(path.join(unfinished, 'backend/signing-key.json'), '{"d":"half a k');
    await init();
    expect((await readdir(data)).sort()).toEqual(['backend', 'recovery', 'worker']);
    expect(await readFile(path.join(data, 'backend/signing-key.json'), 'utf8')).not.toContain('half');
  });

  it('starts over after keys could not be created', async () => {
    await expect(init(noKeys)).rejects.toThrow('a second time');
    await init();
    expect((await readdir(data)).sort()).toEqual(['backend', 'recovery', 'worker']);
  });

  it.each([0, 1, 2, 3])('carries on with the same keys when it was cut off after moving %i folders', async (moved) => {
    await init();
    const before = await contents();
    const ready = path.join(data, '.keys-ready');
    await mkdir(ready);
    for (const name of ['backend', 'worker', 'recovery'].slice(moved))
      await rename(path.join(data, name), path.join(ready, name));
    await init(noKeys);
    expect(await contents()).toEqual(before);
  });

  it.each(['backend', 'worker'])(
    'creates no new keys beside old ones when those of the %s are missing',
    async (folder) => {
      await init();
      await rm(path.join(data, folder), { recursive: true });
      const before = await contents();
      await expect(init(noKeys)).rejects.toThrow(`restore ${folder}/ from its backup`);
      expect(await contents()).toEqual(before);
    },
  );

  it('ends where no folder can be made', async () => {
    await expect(writeStoreKeys('/proc/nowhere/data', noKeys)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('overwrites nothing that stands where the keys should go', async () => {
    await mkdir(path.join(data, 'worker'), { recursive: true });
    await writeFile(path.join(data, 'worker/mine'), 'mine');
    await expect(init()).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    expect(await readFile(path.join(data, 'worker/mine'), 'utf8')).toBe('mine');
  });
});
