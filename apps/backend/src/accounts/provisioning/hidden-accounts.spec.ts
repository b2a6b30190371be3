import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';

const Created = z.object({ id: z.string() });
const Key = z.object({ result: z.object({ data: z.object({ id: z.string(), key: z.string() }) }) });

let backend: TestBackend;
let key: string;

beforeAll(async () => {
  backend = await startTestBackend();
  const body = { name: 'the identity provider' };
  ({ key } = Key.parse((await backend.asAdministrator('POST', '/api/trpc/scimKeys.create', body)).json).result.data);
  const role = { connectionId: 'scim', group: 'Auditors', role: 'auditor', organization: null };
  await backend.asAdministrator('POST', '/api/trpc/signInConnections.setGroupRole', role);
});
afterAll(() => backend.close());

const scim = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
  const answer = await backend.request({
    ...{ method, url: `/scim/v2${path}` },
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.status, json: answer.text === '' ? null : (JSON.parse(answer.text) as unknown) };
};

const sql = (text: string, username: string) => backend.deps.db.pool.query({ text, values: [username] });
const userId = `(SELECT id FROM "user" WHERE username = $1)`;

/** What the writer does to the rows of a user, and takes back afterwards. */
const hidings = {
  user: [
    `UPDATE "user" SET name = name || 'x' WHERE username = $1`,
    `UPDATE "user" SET name = left(name, -1) WHERE username = $1`,
  ],
  identity: [
    `UPDATE identity SET subject = subject || 'x' WHERE "userId" = ${userId}`,
    `UPDATE identity SET subject = left(subject, -1) WHERE "userId" = ${userId}`,
  ],
} as const;

const patchOf = (...operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** What the source writes to take access back. */
const writes = {
  'that the person is not active': (id: string) =>
    scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false })),
  'that the person is gone': (id: string) => scim('DELETE', `/Users/${id}`),
  'that the person left the group': (_id: string, group: string) =>
    scim('PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: 'members' })),
} as const;

const cases = (Object.keys(hidings) as (keyof typeof hidings)[]).flatMap((hidden) =>
  (Object.keys(writes) as (keyof typeof writes)[]).map((write) => ({ hidden, write })),
);

it.each(cases)(
  'the source is not told that it is done when the row of $hidden is hidden, and it says $write',
  async (given) => {
    const username = `leaver-${cases.indexOf(given)}`;
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: username, active: true };
    const { id } = Created.parse((await scim('POST', '/Users', user)).json);
    const members = { displayName: `of ${username}`, externalId: 'Auditors', members: [{ value: id }] };
    const group = Created.parse(
      (await scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], ...members })).json,
    );
    const [hide, show] = hidings[given.hidden];
    await sql(hide, username);
    const { status } = await writes[given.write](id, group.id);
    await sql(show, username);
    expect(status).toBe(500);
    // once the row is there again, so is what the source says
    expect((await writes[given.write](id, group.id)).status).toBeLessThan(300);
    const [now] = await backend.deps.ledger.find('user', { username });
    expect(now?.disabledAt === null && now.role === 'auditor').toBe(false);
  },
);
