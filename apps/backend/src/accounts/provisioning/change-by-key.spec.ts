import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { createGroup, removeGroup, updateGroup } from './groups/write-group.ts';
import { removePerson } from './remove-person.ts';
import { createPerson, updatePerson } from './write-person.ts';

const Key = z.object({ result: z.object({ data: z.object({ id: z.string() }) }) });

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

const newKey = async (): Promise<Rows['scimKey']> => {
  const body = { name: 'an identity provider' };
  const made = Key.parse((await backend.asAdministrator('POST', '/api/trpc/scimKeys.create', body)).json);
  const key = await backend.deps.ledger.read('scimKey', made.result.data.id);
  if (key === null) throw new Error('there is no key');
  return key;
};

/** Between the request and its change, an administrator revokes the key. */
const depsWithout = ({ id: keyId }: Rows['scimKey']): Dependencies => {
  const { deps } = backend;
  const transaction: typeof deps.db.transaction = async (...parameters) => {
    await backend.asAdministrator('POST', '/api/trpc/scimKeys.revoke', { keyId });
    return deps.db.transaction(...parameters);
  };
  return { ...deps, db: { ...deps.db, transaction } };
};

const person = (userName: string) => ({
  ...{ userName, externalId: null, displayName: null, email: null, isActive: true, attributes: { userName } },
});
const group = (displayName: string) => ({ displayName, externalId: null, memberIds: [] });

it('a write that is on its way when its key is revoked changes nothing', async () => {
  const known = await newKey();
  const { row } = await createPerson(backend.deps, known, person('present'));
  const present = await createGroup(backend.deps, known, group('Present'));
  const writes = [
    (deps: Dependencies, key: Rows['scimKey']) => createPerson(deps, key, person('later')),
    (deps: Dependencies, key: Rows['scimKey']) =>
      updatePerson(deps, key, row.id, async () => ({ description: person('renamed'), wasActive: true })),
    (deps: Dependencies, key: Rows['scimKey']) => removePerson(deps, key, row.id, async () => undefined),
    (deps: Dependencies, key: Rows['scimKey']) => createGroup(deps, key, group('Later')),
    (deps: Dependencies, key: Rows['scimKey']) => updateGroup(deps, key, present.id, async () => group('Renamed')),
    (deps: Dependencies, key: Rows['scimKey']) => removeGroup(deps, key, present.id, () => undefined),
  ];
  const outcomes: unknown[] = [];
  for (const write of writes) {
    const key = await newKey();
    outcomes.push(
      await write(depsWithout(key), key).then(
        () => 'done',
        ({ status }: { status: number }) => status,
      ),
    );
  }
  expect(outcomes).toEqual(writes.map(() => 401));
});
