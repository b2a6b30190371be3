import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../../testing/test-backend.ts';

let backend: TestBackend;
let algorithmId: string;

const idOf = (json: unknown): string => z.object({ id: z.uuid() }).parse(json).id;

beforeAll(async () => {
  backend = await startTestBackend();
  const created = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'hello' });
  algorithmId = idOf(created.json);
});
afterAll(() => backend.close());

const secretOf = (secret_key: string, change: Record<string, unknown> = {}) => ({
  ...{ short_name: secret_key, description: '', owner_type: 'algorithm', owner_id: algorithmId },
  ...{ secret_key, secret_value: 'a-value', ...change },
});

const trpc = async (procedure: string, input: unknown, method: 'GET' | 'POST') => {
  const encoded = encodeURIComponent(JSON.stringify(input));
  return backend.request({
    method,
    url: `/api/trpc/${procedure}${method === 'GET' ? `?input=${encoded}` : ''}`,
    headers: { authorization: `Simple ${backend.administrator.apiKey}`, 'content-type': 'application/json' },
    ...(method === 'POST' && { payload: JSON.stringify(input) }),
  });
};

describe('an id in capitals', () => {
  it('means the same as in small letters, in paths and bodies, and is no alarm', async () => {
    const capitals = algorithmId.toUpperCase();
    const secrets = `/v1/algorithms/${capitals}/secrets`;
    const internal = '00000000-0000-7000-8000-000000000001';
    const created = await backend.asAdministrator(
      'POST',
      secrets,
      secretOf('CAPITALS', { owner_id: capitals, provider_id: internal.toUpperCase() }),
    );
    expect([created.status, created.message]).toEqual([200, '']);
    expect(created.json).toMatchObject({ owner_id: algorithmId, provider_id: internal });
    const one = `${secrets}/${idOf(created.json).toUpperCase()}`;
    const changed = { short_name: 'Capitals', description: 'changed', secret_value: 'another-value' };
    const answers = [
      await backend.asAdministrator('GET', `/v1/algorithms/${capitals}`),
      await backend.asAdministrator('PUT', one, changed),
      await backend.asAdministrator('GET', secrets),
      await backend.asAdministrator('DELETE', one),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 204]);
    const audit = await backend.asAdministrator('GET', '/v1/admin/audit?action=set.');
    expect(audit.json).toMatchObject({ results: [] });
    expect(backend.logged()).not.toContain('"level":50');
  });

  it('means the same for the procedures of the panel', async () => {
    const id = algorithmId.toUpperCase();
    const request = secretOf('CAPITALS_TRPC', { owner_id: id });
    expect((await trpc('secrets.create', { algorithmId: id, request }, 'POST')).status).toBe(200);
    expect((await trpc('secrets.list', { algorithmId: id }, 'GET')).status).toBe(200);
  });
});

describe('a field that a request does not have', () => {
  it('is refused with its name', async () => {
    const provider = { name: 'p', description: '', factoryClassName: 'P', interfaceVersion: '1.0.0' };
    const cases = [
      ['POST', '/v1/algorithms', { owner: 'demo', name: 'typo', nmae: 'x' }, 'nmae', 6001],
      [
        'POST',
        '/v1/admin/users',
        { username: 'kay', password: 'long-enough', role: 'user', rolle: 'x' },
        'rolle',
        6001,
      ],
      ['POST', '/v1/admin/users/admin/keys', { kee: 'x' }, 'kee', 6001],
      ['POST', '/v1/admin/secret-provider', { ...provider, is_enabled: true }, 'is_enabled', 6001],
      ['POST', `/v1/algorithms/${algorithmId}/secrets`, secretOf('TYPO', { value: 'hunter2' }), 'value', 8000],
    ] as const;
    for (const [method, url, body, name, code] of cases) {
      const answer = await backend.asAdministrator(method, url, body);
      expect([url, answer.status, answer.code, answer.fields]).toEqual([url, 400, code, [name]]);
      expect(answer.message).toContain(name);
      expect(answer.text).not.toContain('hunter2');
    }
  });

  it('is ignored where the answer has it: what was fetched can be sent back', async () => {
    const secrets = `/v1/algorithms/${algorithmId}/secrets`;
    const created = await backend.asAdministrator('POST', secrets, secretOf('SENT_BACK'));
    const fetched = z.record(z.string(), z.unknown()).parse(created.json);
    const again = await backend.asAdministrator('PUT', `${secrets}/${String(fetched.id)}`, fetched);
    expect([again.status, again.json]).toMatchObject([200, { id: fetched.id, secret_key: 'SENT_BACK' }]);
    const algorithm = await backend.asAdministrator('POST', '/v1/algorithms', { id: 'x', owner: 'demo', name: 'back' });
    expect(algorithm.status).toBe(200);
  });
});

it('an input of a procedure that is not JSON, or not there, is refused', async () => {
  const headers = { authorization: `Simple ${backend.administrator.apiKey}`, 'content-type': 'application/json' };
  const urls = ['/api/trpc/algorithms.list?input=%7B', '/api/trpc/algorithms.list?batch=1&input=%7B'];
  const answers = await Promise.all([
    ...urls.map((url) => backend.request({ url, headers })),
    ...['{', ''].map((payload) =>
      backend.request({ method: 'POST', url: '/api/trpc/algorithms.create', headers, payload }),
    ),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  expect(backend.logged()).not.toContain('"level":50');
});

describe('U+0000 and an unpaired surrogate', () => {
  const bad = { 'U+0000': '\0', 'a surrogate': '\ud800' };

  it('are refused in every body, in values, names and ignored fields', async () => {
    for (const [name, text] of Object.entries(bad)) {
      const cases = [
        ['/v1/algorithms', { owner: 'demo', name: `x${text}` }, 6001],
        ['/v1/algorithms', { owner: 'demo', name: 'x', [text]: 1 }, 6001],
        ['/v1/algorithms', { owner: 'demo', name: 'x', id: { deep: [text] } }, 6001],
        [`/v1/algorithms/${algorithmId}/secrets`, secretOf('BAD', { created: text }), 8000],
        [`/v1/algorithms/${algorithmId}/secrets`, secretOf('BAD', { [text]: 'x' }), 8000],
      ] as const;
      for (const [url, body, code] of cases) {
        const answer = await backend.asAdministrator('POST', url, body);
        expect([name, url, answer.status, answer.code]).toEqual([name, url, 400, code]);
      }
    }
  });

  it('are refused in every input of a procedure', async () => {
    for (const text of Object.values(bad)) {
      const answers = [
        await trpc('algorithms.findByName', { owner: text, name: 'hello' }, 'GET'),
        await trpc('algorithms.list', { owner: `demo${text}` }, 'GET'),
        await trpc('session.signIn', { username: `admin${text}`, password: 'x' }, 'POST'),
      ];
      for (const answer of answers) {
        expect([answer.status, answer.json]).toMatchObject([400, { error: { data: { secretStore: { code: 6001 } } } }]);
      }
    }
  });

  it('are refused in every address, after it was asked who may', async () => {
    const urls = ['/v1/algorithms?owner=%00', '/v1/algorithms/%00', '/v1/algorithms?x=%ED%A0%80', '/pages/%00'];
    for (const url of urls) {
      const answer = await backend.asAdministrator('GET', url);
      expect([url, answer.status, answer.code]).toEqual([url, 400, 6001]);
    }
    expect((await backend.request({ url: '/v1/algorithms?owner=%00' })).status).toBe(401);
  });
});

it('a body of a million levels is read like any other', async () => {
  const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
  const payload = `{"owner":"demo","name":"deep","id":${deep}}`;
  const headers = { authorization: `Simple ${backend.administrator.apiKey}`, 'content-type': 'application/json' };
  const { status } = await backend.request({ method: 'POST', url: '/v1/algorithms', payload, headers });
  expect(status).toBe(200);
});

describe('who may not, and what is not there, is told before what is wrong with the body', () => {
  it('for secrets and providers', async () => {
    const ada = await backend.addUser('ada');
    const nothing = '00000000-0000-7000-8000-00000000ffff';
    const bodies = ['{', '[]', '{}', '{"typo":1}', JSON.stringify({ x: 'x'.repeat(1024 * 1024) })];
    const send = (method: 'POST' | 'PUT', url: string, key: string, payload: string) =>
      backend.request({
        ...{ method, url, payload },
        headers: { authorization: `Simple ${key}`, 'content-type': 'application/json' },
      });
    const admin = backend.administrator.apiKey;
    const own = `/v1/algorithms/${algorithmId}/secrets`;
    for (const payload of bodies) {
      const answers = [
        await send('POST', own, ada, payload),
        await send('PUT', `${own}/${nothing}`, ada, payload),
        await send('POST', `/v1/algorithms/${nothing}/secrets`, admin, payload),
        await send('PUT', `${own}/${nothing}`, admin, payload),
        await send('PUT', `${own}/none`, admin, payload),
        await send('POST', `/v1/admin/secret-provider/${nothing}`, admin, payload),
        await send('POST', '/v1/admin/secret-provider/00000000-0000-7000-8000-000000000001', admin, payload),
      ];
      expect([payload.slice(0, 20), ...answers.map(({ code }) => code)]).toEqual([
        ...[payload.slice(0, 20), 2001, 2001, 1000, 8008, 8008, 8006, 8005],
      ]);
    }
  });
});
