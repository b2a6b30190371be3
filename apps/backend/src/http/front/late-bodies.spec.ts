import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../testing/people.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let port: number;

beforeAll(async () => {
  backend = await startTestBackend();
  await backend.app.listen({ host: '127.0.0.1', port: 0 });
  port = z.object({ port: z.number() }).parse(backend.app.server.address()).port;
});
afterAll(() => backend.close());
afterEach(() => {
  vi.restoreAllMocks();
});

interface Late {
  readonly path: string;
  readonly type?: string;
  readonly authorization: string;
  readonly body: string;
  /** what happens between head and body */
  readonly meanwhile: () => Promise<unknown>;
}

/** The status of a request whose body ends after the store has found out who asks. */
const statusOf = async ({ path, type = 'application/json', authorization, body, meanwhile }: Late): Promise<number> => {
  const heard = vi.spyOn(backend.deps.ledger, 'isGenuine');
  const socket = connect({ port, host: '127.0.0.1' });
  const answer = text(socket);
  const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Connection: close', `Authorization: ${authorization}`];
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  socket.write([...head, `Content-Type: ${type}`, length, '', body.slice(0, -1)].join('\r\n'));
  await expect.poll(() => heard.mock.calls.length).toBeGreaterThan(0);
  await meanwhile();
  socket.write(body.slice(-1));
  return Number((await answer).split(' ')[1]);
};

const disable = (username: string) =>
  backend.asAdministrator('PUT', `/v1/admin/users/${username}`, { isEnabled: false });
const usernames = async () => (await backend.asAdministrator('GET', '/v1/admin/users?limit=100')).text;

it.each(['/v1/admin/users', '/api/trpc/users.create'])(
  'who is disabled while their body is on its way to %s writes nothing',
  async (path) => {
    const person = await peopleOf(backend).add(path.startsWith('/v1') ? 'grace' : 'hopper', 'admin');
    const body = JSON.stringify({ username: 'later', password: 'a password of later', role: 'admin' });
    const { authorization } = person.headers;
    expect(await statusOf({ path, authorization, body, meanwhile: () => disable(person.username) })).toBe(401);
    expect(await usernames()).not.toContain('"later"');
  },
);

it('who may not any more when their body is there is refused', async () => {
  const { headers, username } = await peopleOf(backend).add('edith', 'admin');
  const body = JSON.stringify({ username: 'later', password: 'a password of later', role: 'admin' });
  const demote = () => backend.asAdministrator('PUT', `/v1/admin/users/${username}`, { role: 'user' });
  const late = { path: '/v1/admin/users', authorization: headers.authorization, body, meanwhile: demote };
  expect(await statusOf(late)).toBe(403);
});

it('an upload, which may take half an hour, is of someone who may upload when it ends', async () => {
  const { headers, username } = await peopleOf(backend).add('ida', 'admin');
  const part = 'Content-Disposition: form-data; name="provider"; filename="module.tgz"\r\n\r\nno module\r\n';
  const late = {
    ...{ path: '/v1/admin/plugins/inspect', type: 'multipart/form-data; boundary=end' },
    ...{
      authorization: headers.authorization,
      body: `--end\r\n${part}--end--\r\n`,
      meanwhile: () => disable(username),
    },
  };
  expect(await statusOf(late)).toBe(401);
});

it('a SCIM key that is revoked while a body is on its way writes nothing', async () => {
  const created = await backend.asAdministrator('POST', '/api/trpc/scimKeys.create', { name: 'a directory' });
  const Created = z.object({ result: z.object({ data: z.object({ id: z.uuid(), key: z.string() }) }) });
  const { id, key } = Created.parse(created.json).result.data;
  const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'later' });
  const revoke = () => backend.asAdministrator('POST', '/api/trpc/scimKeys.revoke', { keyId: id });
  const late = { type: 'application/scim+json', authorization: `Bearer ${key}`, body, meanwhile: revoke };
  expect(await statusOf({ path: '/scim/v2/Users', ...late })).toBe(401);
  expect(await usernames()).not.toContain('"later"');
});
