import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LaunchedStore } from './testing/launched-store.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let store: LaunchedStore;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'secret-store-dev-'));
  await cp(path.join(root, 'apps/cli/src/create-provider/template'), directory, { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  store = await LaunchedStore.create();
  await store.start();
}, 300_000);
afterAll(async () => {
  await store.remove();
  await rm(directory, { recursive: true, force: true });
});

/** The exit code, and what was printed. */
const dev = async (vaultUrl: string) => {
  const words = ['dev', directory, '--once', '--url', store.origin, '--provider', 'In development'];
  const options = { env: { ...process.env, SECRET_STORE_API_KEY: store.adminKey } };
  const pairs = ['--config', `server_url=${vaultUrl}`, 'access_token=double-token'];
  return run(path.join(root, 'tools/secret-store'), [...words, ...pairs], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout: stdout + stderr }),
  );
};

it('creates a provider on a running store, replaces its module, and shows why a next version does not become active', async () => {
  const double = path.join(directory, 'double/key-value-server.mjs');
  // a file of the copied template
  const { startKeyValueServer } = (await import(double)) as {
    startKeyValueServer: (options: { token: string }) => Promise<{ url: string; close(): Promise<void> }>;
  };
  const vault = await startKeyValueServer({ token: 'double-token' });
  const first = await dev(vault.url);
  expect(first.stdout).toMatch(/✓ In development: received, .*test secret created, .*read on a worker.*, active \(/);
  const file = path.join(directory, 'src/template-secret-provider.ts');
  const sound = await readFile(file, 'utf8');
  await writeFile(
    file,
    sound.replace('const id = this.identifierFor(context);', "throw new TypeError('x is undefined');"),
  );
  const second = await dev(vault.url);
  expect(second.stdout).toMatch(
    /✗ create: [\s\S]*createSecret: TypeError: x is undefined[\s\S]*template-secret-provider\.ts:\d/,
  );
  await writeFile(file, `${sound}// another version\nexport const another = 1;\n`);
  expect([first.code, second.code, (await dev(vault.url)).code]).toEqual([0, 1, 0]);
  await vault.close();
}, 300_000);
