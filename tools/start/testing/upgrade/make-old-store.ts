// Makes the data directory of an old store with the programs of an old checkout, see README.md.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FakeVault } from '@secret-store/provider-vault/testing';
import { LaunchedStore } from '../launched-store.ts';
import { recordAnswers } from './answers.ts';
import { call, execEnvironment, signIn, succeed } from './call-store.ts';
import { packDataDirectory } from './data-directory-file.ts';
import { fillProviders } from './fill-providers.ts';
import { fillSecrets, newSecret } from './fill-secrets.ts';
import { startOldVault, writesOf } from './old-vault.ts';
import { people } from './people.ts';
import type { OldStoreRecord } from './record.ts';

const { administrator, second, user } = people;

const addPeople = async (store: LaunchedStore): Promise<void> => {
  const post = (where: string, body: object) => succeed(store, administrator, ['POST', where], body);
  for (const { username, role, password, key } of [second, user]) {
    await post('/v1/admin/users', { username, password, role });
    await post(`/v1/admin/users/${username}/keys`, { key });
  }
};

/** The vault creates the secret and never answers. The store then does not know whether it has. */
const cutOffCreation = async (store: LaunchedStore, vault: FakeVault, algorithmId: string): Promise<string> => {
  let target = '';
  vault.interceptAt(/\/data\/store\//, (request) => {
    vault.answer(request);
    target = request.target;
    return 'taken';
  });
  vault.interceptAt(/\/store\//, ...Array.from({ length: 100 }, () => () => 'taken' as const));
  const body = newSecret(algorithmId, 'UNFINISHED', { secret_value: 'that no secret has' });
  const { status } = await call(store, administrator, ['POST', `/v1/algorithms/${algorithmId}/secrets`], body);
  if (status < 500 || target === '') throw new Error(`a creation without the vault's answer answered ${status}`);
  return target;
};

const fill = async (store: LaunchedStore, vault: FakeVault): Promise<Omit<OldStoreRecord, 'commit'>> => {
  const providers = await fillProviders(store, vault);
  await addPeople(store);
  const algorithms = await fillSecrets(store, vault, providers);
  const cookie = await signIn(store, administrator);
  if (cookie === null) throw new Error('the administrator cannot sign in');
  const environments: OldStoreRecord['environments'] = {};
  for (const name of Object.keys(algorithms).filter((key) => key.includes('/'))) {
    environments[name] = await execEnvironment(store, name);
  }
  const answers = await recordAnswers(store, Object.values(algorithms));
  const unfinished = await cutOffCreation(store, vault, algorithms['demo/again'] ?? '');
  const ids = { ...providers, ...algorithms };
  return { people, cookie, ids, answers, environments, vault: writesOf(vault), unfinished };
};

const [checkout, file] = process.argv.slice(2);
if (!checkout || !file) {
  console.error('Usage: make-old-store CHECKOUT FILE\nMakes FILE.tar.br and FILE.json.');
  process.exit(64);
}

const vault = await startOldVault();
const store = await LaunchedStore.create({ checkout: path.resolve(checkout) });
try {
  await store.start({
    SECRET_STORE_ADMIN_PASSWORD: administrator.password,
    SECRET_STORE_ADMIN_API_KEY: administrator.key,
  });
  const filled = await fill(store, vault);
  await store.stop();
  await packDataDirectory(store.dataDirectory, `${file}.tar.br`);
  const commit = execFileSync('git', ['-C', checkout, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const record: OldStoreRecord = { commit, ...filled };
  await writeFile(`${file}.json`, `${JSON.stringify(record, null, 2)}\n`);
} finally {
  await store.remove();
  await vault.close();
}
