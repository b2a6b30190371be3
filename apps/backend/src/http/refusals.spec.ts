import { type AuditEvent, AuditPage } from '@secret-store/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;
let adaKey: string;

beforeAll(async () => {
  backend = await startTestBackend();
  adaKey = await backend.addUser('ada');
});
afterAll(() => backend.close());

const events = async (query: Readonly<Record<string, string>>): Promise<AuditEvent[]> => {
  const answer = await backend.asAdministrator('GET', `/v1/admin/audit?${new URLSearchParams(query).toString()}`);
  return AuditPage.parse(answer.json).results;
};

const panel = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

const signIn = (username: string, password: string, remoteAddress: string) =>
  backend.request({
    method: 'POST',
    url: '/api/trpc/session.signIn',
    payload: { username, password },
    remoteAddress,
    headers: panel,
  });

const cookieOf = (headers: Readonly<Record<string, unknown>>): string =>
  [headers['set-cookie']]
    .flat()
    .map((cookie) => String(cookie).split(';')[0])
    .join('; ');

const anonymous = { type: 'anonymous', id: 'anonymous', name: null };
const ada = { type: 'user', id: expect.any(String), name: 'ada' };

describe('the audit has', () => {
  it('who signed in and out, and from where', async () => {
    const remoteAddress = '192.0.2.1';
    const { headers } = await signIn('ada', 'ada-password', remoteAddress);
    const cookie = cookieOf(headers);
    const signOut = () =>
      backend.request({
        method: 'POST',
        url: '/api/trpc/session.signOut',
        remoteAddress,
        headers: { ...panel, cookie },
      });
    // the second time there is nothing left to end
    expect([(await signOut()).status, (await signOut()).status]).toEqual([200, 200]);
    expect(await events({ action: 'session.', actor: 'ada' })).toEqual(
      ['session.end', 'session.create'].map((action) =>
        expect.objectContaining({ action, actor: ada, subject: ada, outcome: 'done', address: remoteAddress }),
      ),
    );
  });

  it('failed sign-ins as one event for each account and address, with those that were not looked at any more', async () => {
    for (let count = 0; count < 12; count += 1) await signIn('ada', 'wrong-password', '192.0.2.2');
    await signIn('ada', 'wrong-password', '192.0.2.3');
    expect(await events({ action: 'session.refuse', subject: 'ada' })).toEqual(
      [
        ['192.0.2.3', 1],
        ['192.0.2.2', 12],
      ].map(([address, attempts]) =>
        expect.objectContaining({
          ...{ actor: anonymous, subject: ada, outcome: 'refused', address },
          details: { attempts, since: expect.any(String) },
        }),
      ),
    );
  });

  it('no name that nobody has: it can be a password in the wrong field', async () => {
    const typed = ['hunter2-typed-as-a-name', 'Hunter2 Typed As A Name'];
    for (const name of typed) await signIn(name, 'wrong-password', '192.0.2.4');
    const [event] = await events({ action: 'session.refuse', subject: 'unknown' });
    expect([event?.subject, event?.details.attempts]).toEqual([{ type: 'user', id: 'unknown', name: null }, 2]);
    const rows = await backend.deps.db.pool.query('SELECT to_jsonb(audit_event)::text AS event FROM audit_event');
    expect(JSON.stringify(rows.rows)).not.toMatch(/hunter2/i);
    expect(backend.logged()).not.toMatch(/hunter2/i);
  });

  it('wrong API keys as one event for each address, and never the key', async () => {
    const wrongKey = (remoteAddress: string) =>
      backend.request({
        url: '/v1/algorithms',
        remoteAddress,
        headers: { authorization: 'Simple wrong-key-wrong-key-wrong-key' },
      });
    for (const address of ['192.0.2.5', '192.0.2.6', '192.0.2.5']) await wrongKey(address);
    const found = await events({ action: 'api-key.refuse' });
    expect(found.map(({ address, details }) => [address, details.attempts])).toEqual([
      ['192.0.2.6', 1],
      ['192.0.2.5', 2],
    ]);
    expect(found[0]).toMatchObject({
      actor: anonymous,
      subject: { type: 'api-key', id: 'unknown', name: null },
      outcome: 'refused',
    });
    expect(JSON.stringify(found)).not.toContain('wrong-key');
  });

  it('what was not permitted, as one event for each actor and route or procedure', async () => {
    const asAda = (method: 'GET' | 'POST', url: string) =>
      backend.request({ method, url, remoteAddress: '192.0.2.7', headers: { authorization: `Simple ${adaKey}` } });
    await asAda('POST', '/v1/admin/users/eve/keys');
    await asAda('POST', '/v1/admin/users/mallory/keys');
    await asAda('GET', '/v1/algorithms?owner=admin');
    await asAda('GET', '/api/trpc/providers.list');
    const found = await events({ action: 'request.refuse', actor: 'ada' });
    expect(found.map(({ subject, details }) => [subject.type, subject.id, details.attempts])).toEqual([
      ['procedure', 'providers.list', 1],
      ['route', 'GET /v1/algorithms', 1],
      ['route', 'POST /v1/admin/users/:username/keys', 2],
    ]);
    for (const event of found) expect(event).toMatchObject({ actor: ada, outcome: 'refused', address: '192.0.2.7' });
  });

  it('what another site tried through a browser', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    await backend.request({ method: 'POST', url: '/v1/algorithms', remoteAddress: '192.0.2.8', headers });
    expect(await events({ action: 'request.refuse', actor: 'anonymous' })).toEqual([
      expect.objectContaining({
        subject: { type: 'route', id: 'POST /v1/algorithms', name: null },
        address: '192.0.2.8',
      }),
    ]);
  });

  it('what was counted when the store stops', async () => {
    await signIn('ada', 'wrong-password', '192.0.2.9');
    await backend.app.close();
    await backend.deps.ledger.flush();
    const { rows } = await backend.deps.db.pool.query(
      `SELECT details FROM audit_event WHERE action = 'session.refuse' AND address = '192.0.2.9'`,
    );
    expect(rows).toEqual([{ details: expect.objectContaining({ attempts: 1 }) }]);
  });
});
