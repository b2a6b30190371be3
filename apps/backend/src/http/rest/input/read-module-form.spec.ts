import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { moduleArchive } from '../../../providers/testing/module-archive.ts';
import { providerClient } from '../../../providers/testing/provider-client.ts';
import { startTestBackend, type TestBackend } from '../../testing/test-backend.ts';

let backend: TestBackend;
let url: string;
let module: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  const { id } = await providerClient(backend).add();
  url = `/v1/admin/plugins/secret-provider/${id}`;
  module = await moduleArchive();
});
afterAll(() => backend.close());

const formType = 'multipart/form-data; boundary=line';

const send = (payload: string | Buffer, contentType = formType, path = url) =>
  backend.request({
    method: 'POST',
    url: path,
    payload,
    headers: { authorization: `Simple ${backend.administrator.apiKey}`, 'content-type': contentType },
  });

const part = (disposition: string, content: string | Buffer, type?: string) =>
  Buffer.concat([
    Buffer.from(`--line\r\ncontent-disposition: form-data; ${disposition}\r\n`),
    Buffer.from(type === undefined ? '\r\n' : `content-type: ${type}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
const form = (...parts: readonly Buffer[]) => Buffer.concat([...parts, Buffer.from('--line--\r\n')]);
const file = (content: string | Buffer = 'x', name = 'provider') => part(`name="${name}"; filename="a.tgz"`, content);
const field = (name: string, content: string, type?: string) => part(`name="${name}"`, content, type);

it('whatever is wrong with a form is 6001 with words that help, and no error of ours', async () => {
  const noBoundary = 'multipart/form-data';
  const cases: readonly (readonly [words: RegExp, payload: string | Buffer, contentType?: string, status?: number])[] =
    [
      [/form cannot be read: .*boundary/, 'x', noBoundary],
      [/form cannot be read/, form(file()), `${noBoundary}; boundary=`],
      [/form cannot be read/, 'x'],
      [/form cannot be read|provider/, form(file()), `${noBoundary}; boundary=another`],
      [/form cannot be read/, form(file('x'.repeat(99))).subarray(0, 120)],
      [/form cannot be read/, form(field('signature', 'x')).subarray(0, 60)],
      [/form cannot be read/, Buffer.from('--line\r\ncontent-disposition: form-data; name="provider"; filename="a"')],
      [/one file/, form(file(), file())],
      [/field that this request does not have/, form(file('x', 'module'))],
      [/field that this request does not have/, form(file(), field('nmae', 'x'))],
      [/provider must hold the module file/, form(field('provider', 'x'))],
      [/provider must hold the module file/, form(field('signature', 'x'))],
      [/provider must hold the module file/, form()],
      [/signature more than once/, form(field('signature', 'x'), field('signature', 'x'), file())],
      [/too many fields|more than once/, form(...Array.from({ length: 20 }, () => field('signature', 'x')), file())],
      [/name that is not allowed/, form(field('__proto__', 'x'), file())],
      [/content type is JSON/, form(field('configuration', '{', 'application/json'), file())],
      [/configuration must be a JSON object/, form(field('configuration', '{'), file())],
      [/configuration must be a JSON object/, form(field('configuration', '7'), file())],
      [/configuration must not contain/, form(field('configuration', '{"key":"\\u0000"}'), file())],
      [/signature must not contain/, form(field('signature', '\0'), file())],
      [/file name must not contain/, form(part('name="provider"; filename="\0"', 'x'))],
      [/signature is too large/, form(field('signature', 'x'.repeat(1024 * 1024 + 1)), file()), formType, 413],
      [/form cannot be read|provider/, gzipSync(form(file()))],
    ];
  for (const [words, payload, contentType, status = 400] of cases) {
    const answer = await send(payload, contentType);
    expect([String(words), answer.status, answer.code, answer.message]).toEqual([
      ...[String(words), status, 6001],
      expect.stringMatching(words),
    ]);
  }
  expect((await send('', formType)).code).toBe(6001);
  expect(backend.logged()).not.toContain('"level":50');
});

it('a module that unpacks to more than it may is 8020', async () => {
  const answer = await send(form(file(gzipSync(Buffer.alloc(80 * 1024 * 1024)))));
  expect([answer.status, answer.code]).toEqual([400, 8020]);
  expect((await send(form(file('')))).code).toBe(8020);
});

it('a configuration may come with the content type of JSON', async () => {
  const configuration = field(
    'configuration',
    JSON.stringify({ token: 't', address: 'https://a.example' }),
    'application/json',
  );
  expect((await send(form(configuration, file(module)))).status).toBe(200);
});

it('whether there is such a provider is told before the form is looked at', async () => {
  const answer = await send('x', formType, `/v1/admin/plugins/secret-provider/${uuid()}`);
  expect([answer.status, answer.code]).toEqual([404, 8006]);
});
