import { testDatabaseAt } from '@secret-store/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let algorithmId: string;

beforeAll(async () => {
  backend = await startTestBackend();
  const created = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'hello' });
  algorithmId = z.object({ id: z.uuid() }).parse(created.json).id;
});
afterAll(() => backend.close());

const send = (
  method: 'POST' | 'PUT' | 'DELETE' | 'GET',
  url: string,
  payload: string,
  contentType = 'application/json',
) =>
  backend.request({
    method,
    url,
    payload,
    headers: { authorization: `Simple ${backend.administrator.apiKey}`, 'content-type': contentType },
  });

const secretOf = (change: Record<string, unknown> = {}) => ({
  short_name: `Name ${uuid()}`,
  description: '',
  owner_type: 'algorithm',
  owner_id: algorithmId,
  secret_key: `KEY_${uuid().replaceAll('-', '_')}`,
  secret_value: 'hunter2-value',
  ...change,
});

const secretsUrl = () => `/v1/algorithms/${algorithmId}/secrets`;

describe('bodies', () => {
  it('accepts an empty one with any content type', async () => {
    for (const contentType of [
      'application/json',
      'application/octet-stream',
      'text/plain',
      'multipart/form-data',
      'nonsense',
    ]) {
      const url = '/v1/admin/plugins/secret-provider/00000000-0000-7000-8000-000000000001/default';
      expect([contentType, (await send('POST', url, '', contentType)).status]).toEqual([contentType, 204]);
      const key = await send('POST', '/v1/admin/users/admin/keys', '', contentType);
      expect([contentType, key.status]).toEqual([contentType, 200]);
    }
    const removed = await send('DELETE', `${secretsUrl()}/${uuid()}`, '', 'application/json');
    expect(removed.code).toBe(8008);
  });

  it('answers 6001 for what is not JSON, and 8000 where a secret is written; it quotes neither', async () => {
    for (const [url, code] of [
      ['/v1/algorithms', 6001],
      ['/v1/admin/users', 6001],
      [secretsUrl(), 8000],
    ] as const) {
      for (const payload of ['{"secret_value":"hunter2-value"', 'hunter2-value', '\u0000hunter2-value']) {
        const answer = await send('POST', url, payload);
        expect([url, answer.status, answer.code]).toEqual([url, 400, code]);
        expect(answer.text).not.toContain('hunter2');
      }
      const form = await send('POST', url, 'secret_value=hunter2-value', 'application/x-www-form-urlencoded');
      expect([form.status, form.code]).toEqual([400, code]);
    }
  });

  it('answers 413 with 6001 above 1 MiB', async () => {
    const payload = JSON.stringify({ owner: 'demo', name: 'x'.repeat(1024 * 1024) });
    for (const url of ['/v1/algorithms', secretsUrl()]) {
      const answer = await send('POST', url, payload);
      expect([answer.status, answer.code]).toEqual([413, 6001]);
    }
  });

  it('answers 413 with 6001 for a module above 32 MiB', async () => {
    const payload = [
      '--line',
      'content-disposition: form-data; name="provider"; filename="big.tgz"',
      '',
      'x'.repeat(32 * 1024 * 1024 + 1),
      '--line--',
      '',
    ].join('\r\n');
    const answer = await send('POST', '/v1/admin/plugins/inspect', payload, 'multipart/form-data; boundary=line');
    expect([answer.status, answer.code]).toEqual([413, 6001]);
  });
});

describe('paths', () => {
  it('answers the matching code where an id is none', async () => {
    const cases = [
      ['GET', '/v1/algorithms/none', 1000],
      ['DELETE', '/v1/algorithms/none', 1000],
      ['GET', '/v1/algorithms/none/secrets', 1000],
      ['DELETE', `${secretsUrl()}/none`, 8008],
      ['GET', '/v1/admin/secret-provider/none', 8006],
      ['DELETE', '/v1/admin/secret-provider/none', 8006],
      ['GET', '/v1/admin/plugins/secret-provider/none', 8006],
      ['POST', '/v1/admin/plugins/secret-provider/none/default', 8006],
    ] as const;
    for (const [method, url, code] of cases) {
      const answer = await backend.asAdministrator(method, url);
      expect([url, answer.status, answer.code]).toEqual([url, 404, code]);
    }
  });

  it('answers an error body for a path or a method that does not exist', async () => {
    for (const [method, url] of [
      ['GET', '/v1/nothing'],
      ['PUT', '/v1/algorithms'],
      ['GET', '/api/nothing'],
      ['POST', '/elsewhere'],
    ] as const) {
      const answer = await backend.request({ method, url });
      expect([url, answer.status, answer.code]).toEqual([url, 404, 6001]);
    }
  });

  it('hands every other path to the panel, without credentials', async () => {
    const answer = await backend.request({
      url: '/algorithms/demo/hello/settings?x=1',
      headers: { cookie: 'a=b', authorization: 'Simple x' },
    });
    const seen = z.object({ page: z.string(), headers: z.record(z.string(), z.unknown()) }).parse(answer.json);
    expect(seen.page).toBe('/algorithms/demo/hello/settings?x=1');
    expect(seen.headers).not.toHaveProperty('cookie');
    expect(seen.headers).not.toHaveProperty('authorization');
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('requests that write secrets', () => {
  const create = (change: Record<string, unknown>) => backend.asAdministrator('POST', secretsUrl(), secretOf(change));

  it('answers 8000 for another shape of JSON', async () => {
    for (const payload of ['[]', '"text"', 'null', '7']) {
      expect([payload, (await send('POST', secretsUrl(), payload)).code]).toEqual([payload, 8000]);
    }
    expect((await create({ short_name: 7 })).code).toBe(8000);
    expect((await create({ secret_value: { hunter2: 'value' } })).code).toBe(8000);
    expect((await send('POST', secretsUrl(), '')).code).toBe(8000);
  });

  it('answers 8004 without a value', async () => {
    expect((await create({ secret_value: undefined })).code).toBe(8004);
    expect((await create({ secret_value: '' })).code).toBe(8004);
  });

  it('answers 8001 for bad metadata, a bad variable and a bad value, and quotes none', async () => {
    const changes = [
      { short_name: '' },
      { short_name: undefined },
      { short_name: 'x'.repeat(129) },
      { short_name: 'hunter2\u0000' },
      { description: 'x'.repeat(1001) },
      { owner_type: 'hunter2' },
      { owner_id: 'hunter2' },
      { secret_key: '1hunter2' },
      { secret_key: 'PATH' },
      { secret_key: 'LD_PRELOAD' },
      { secret_value: 'hunter2\u0000' },
      { secret_value: 'hunter2\ud800' },
      { secret_value: 'hunter2'.repeat(10_000) },
    ];
    for (const change of changes) {
      const answer = await create(change);
      expect([Object.entries(change)[0]?.[0], answer.status, answer.code]).toEqual([
        Object.entries(change)[0]?.[0],
        400,
        8001,
      ]);
      expect(answer.text).not.toContain('hunter2');
    }
  });

  it('answers 8006 for a provider that cannot exist', async () => {
    expect((await create({ provider_id: 'none' })).code).toBe(8006);
    expect((await create({ provider_id: uuid() })).code).toBe(8006);
  });

  it('never shows or logs a value', async () => {
    const created = await create({});
    expect(created.status).toBe(200);
    const { id } = z.object({ id: z.uuid() }).parse(created.json);
    const updated = await backend.asAdministrator('PUT', `${secretsUrl()}/${id}`, {
      short_name: 'n',
      description: '',
      secret_value: 'hunter2-again',
    });
    expect(updated.status).toBe(200);
    const listed = await backend.asAdministrator('GET', secretsUrl());
    expect(created.text + updated.text + listed.text + backend.logged()).not.toContain('hunter2');
  });
});

describe('the body of an error', () => {
  it('names the first field at fault, and none where the whole body is', async () => {
    const one = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'ada', name: 'Not A Name' });
    expect(one.fields).toEqual(['name']);
    const several = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 1, name: 2 });
    expect(several.fields).toEqual(['owner']);
    const none = await backend.asAdministrator('POST', '/v1/algorithms', '"text"');
    expect([none.status, none.fields]).toEqual([400, []]);
  });
});

describe('an error that nobody expected', () => {
  it('is 5001 with the id of the request, and the log has its place but not its words', async () => {
    const { asOwner } = await testDatabaseAt(backend.databaseUrl);
    await asOwner('alter table "user" rename to "user_gone"');
    try {
      const answer = await backend.asAdministrator('POST', '/v1/admin/users', {
        username: 'x',
        password: 'hunter2-word',
        role: 'user',
      });
      expect([answer.status, answer.code]).toEqual([500, 5001]);
      expect(answer.text).not.toContain('user_gone');
      const { error } = z.object({ error: z.object({ id: z.string() }) }).parse(answer.json);
      expect(backend.logged()).toContain(error.id);
      expect(backend.logged()).not.toMatch(/hunter2-word|does not exist|invocation/);
    } finally {
      await asOwner('alter table "user_gone" rename to "user"');
    }
  });
});
