import { describeModule } from '@secret-store/plugin-host';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peopleOf } from '../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { readModule } from './read-module.ts';
import { listShippedModules, readShippedModule } from './shipped-modules.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

it('are those of the build, each a module that can be uploaded as it is', async () => {
  const modules = await listShippedModules(backend.deps);
  expect(modules.map(({ file }) => file)).toContain('secret-store-provider-vault.tgz');
  for (const { file, displayName } of modules) {
    const { factories } = describeModule(await readModule(await readShippedModule(backend.deps, file)));
    expect(Object.values(factories).map((factory) => factory.displayName)).toContain(displayName);
  }
});

it('are all that can be read: no other file, whatever the name leads to', async () => {
  const names = ['../apps/backend/main.mjs', '/etc/passwd', 'secret-store-provider-vault.tgz/../../package.json', ''];
  for (const name of names) await expect(readShippedModule(backend.deps, name)).rejects.toMatchObject({ code: 6001 });
});

it('are for those who manage providers', async () => {
  const people = peopleOf(backend);
  const { headers } = await people.add('maria');
  const url = '/api/trpc/providers.shipped';
  expect((await people.call(headers, 'GET', url)).status).toBe(403);
  expect((await people.call(people.administrator, 'GET', url)).status).toBe(200);
});
