import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { newSigningKey } from './saml/testing/saml-issuer.ts';

const [present, next] = [newSigningKey().certificate, newSigningKey().certificate];
const Read = z.object({ result: z.object({ data: z.object({ certificates: z.array(z.string()) }) }) });

const keyOf = (pem: string) =>
  `<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
  `<ds:X509Certificate>${pem.replace(/-----[A-Z ]+-----|\n/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`;
const metadata = ({ root = 'EntityDescriptor', more = '' } = {}) =>
  `<${root} xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://issuer.example/saml"><!-- of ours -->` +
  `<IDPSSODescriptor>${keyOf(present)}${keyOf(next)}<SingleSignOnService ` +
  `Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://issuer.example/sso"/></IDPSSODescriptor>${more}</${root}>`;

let backend: TestBackend;
let served = '';
const server = createServer((request, response) => {
  if (request.url === '/moved') response.writeHead(302, { location: '/metadata' }).end();
  else if (request.url === '/odd') response.writeHead(999).end(served);
  else if (request.url === '/reset') response.writeHead(205, { 'content-length': 3 }).end('xml');
  else if (request.url === '/cut')
    response.writeHead(200, { 'content-length': 99 }).write('<', () => response.destroy());
  else response.writeHead(request.url === '/metadata' ? 200 : 404).end(served);
});
beforeAll(async () => {
  backend = await startTestBackend();
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await backend.close();
});

const read = (given: object) => backend.asAdministrator('POST', '/api/trpc/signInConnections.readMetadata', given);
const at = (path: string) => `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}${path}`;

it('reads what a connection needs, with the certificate that comes next', async () => {
  const { status, json, text } = await read({ xml: `<?xml version="1.0"?>\n${metadata()}` });
  expect(status, text).toBe(200);
  expect(json).toMatchObject({
    result: { data: { issuer: 'https://issuer.example/saml', ssoUrl: 'https://issuer.example/sso' } },
  });
  expect(Read.parse(json).result.data.certificates.map((pem) => pem.trim())).toEqual([present.trim(), next.trim()]);
});

it.each([
  [
    'a document type',
    `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${metadata({ more: '&x;' })}`,
    /not accepted/,
  ],
  ['a document type after the declaration', `<?xml version="1.0"?><!DOCTYPE a>${metadata()}`, /not accepted/],
  ['an instruction', metadata({ more: '<?xml-stylesheet href="a"?>' }), /not accepted/],
  ['a federation', metadata({ root: 'EntitiesDescriptor' }), /one identity provider/],
  ['another text', '{"issuer":"https://issuer.example"}', /not well-formed/],
  ['half of it', metadata().slice(0, -20), /not well-formed/],
  ['too much', metadata({ more: ' '.repeat(300_000) }), /256 KiB/],
  ['comments without an end', '<!--'.repeat(65_000), /comment without an end/],
])('refuses %s, and says why', async (_what, xml, problem) => {
  const { status, text } = await read({ xml });
  expect({ status, text }).toEqual({ status: 400, text: expect.stringMatching(problem) });
  expect(text).not.toContain('root:');
});

it('reads an address under the rules for an issuer: without redirects, and never inside', async () => {
  served = metadata();
  expect((await read({ address: at('/metadata') })).status).toBe(200);
  served = `<!DOCTYPE a>${metadata()}`;
  expect((await read({ address: at('/metadata') })).text).toMatch(/not accepted/);
  expect((await read({ address: at('/elsewhere') })).text).toMatch(/answered 404/);
  expect((await read({ address: at('/moved') })).text).toMatch(/redirect/);
  for (const address of ['https://169.254.169.254/latest', 'http://10.0.0.1/metadata', 'file:///etc/passwd']) {
    const { status, text } = await read({ address });
    expect({ status, text }, address).toEqual({ status: 400, text: expect.stringMatching(/does not connect|https:/) });
  }
});

it('tells of an answer that cannot be read, and goes on', async () => {
  for (const path of ['/odd', '/reset', '/cut']) {
    const { status, text } = await read({ address: at(path) });
    expect({ status, text }, path).toEqual({ status: 400, text: expect.stringMatching(/could not be read|failed/) });
  }
});
