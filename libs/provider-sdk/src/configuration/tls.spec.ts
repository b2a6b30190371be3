import { describe, expect, test } from 'vitest';
import { certificates, clientCertificate, tlsSettings } from './index.ts';
import { selfSigned, stranger } from './testing/certificates.ts';

const keys = { ca: 'ca', cert: 'client_certificate', key: 'client_key' };
const parse = (values: Record<string, string>) => tlsSettings(new Map(Object.entries(values)), keys);
const client = { client_certificate: selfSigned.cert, client_key: selfSigned.key };
const flat = (pem: string) => pem.replaceAll('\n', ' ');
const bareKey = selfSigned.key.slice(selfSigned.key.indexOf('-----BEGIN EC PRIVATE KEY'));

test('nothing is needed', () => {
  expect(parse({})).toEqual({});
  expect(parse({ ca: '', client_certificate: '', client_key: '' })).toEqual({});
  expect(tlsSettings(new Map([['ca', stranger.cert]]), { ca: 'ca' })).toEqual({ ca: stranger.cert });
});

test('a form may have removed the line breaks', () => {
  const settings = parse({
    ca: `${flat(selfSigned.cert)}${flat(stranger.cert)}`,
    client_certificate: selfSigned.cert.replaceAll('\n', ''),
    client_key: selfSigned.key.replaceAll('\n', '\\n'),
  });
  expect(settings).toEqual({ ca: selfSigned.cert + stranger.cert, cert: selfSigned.cert, key: bareKey });
});

test.each([
  ['after its parameters', selfSigned.key],
  ['after text', `Bag Attributes\n    localKeyID: 01\n${selfSigned.key}`],
  ['beside its certificate', `${selfSigned.cert}${selfSigned.key}`],
  ['with lines of Windows', selfSigned.key.replaceAll('\n', '\r\n')],
])('a private key is found %s', (_what, client_key) => {
  expect(parse({ client_certificate: `subject=CN = c\n\n${selfSigned.cert}`, client_key })).toEqual({
    cert: selfSigned.cert,
    key: bareKey,
  });
});

test('one key may hold both, in any order', () => {
  for (const text of [`${selfSigned.cert}${selfSigned.key}`, `${selfSigned.key}${selfSigned.cert}`]) {
    const both = clientCertificate(new Map([['pem', text]]), { cert: 'pem', key: 'pem' });
    expect(both).toEqual({ cert: selfSigned.cert, key: bareKey });
  }
});

test('text between certificates is skipped', () => {
  const bundle = new Map([['ca', `# ours\n${selfSigned.cert}\n# theirs\n${stranger.cert}`]]);
  expect(certificates(bundle, 'ca')).toEqual([selfSigned.cert, stranger.cert]);
});

describe('is refused by the name of its key, without its text', () => {
  test.each([
    ['a key for an authority', { ca: selfSigned.key }, 'ca', 'not-a-certificate'],
    [
      'a certificate that is cut off',
      { ca: `${selfSigned.cert}-----BEGIN CERTIFICATE-----\nMIIplanted` },
      'ca',
      'not-a-certificate',
    ],
    ['a certificate with another beginning', { ca: selfSigned.cert.replace('MII', 'xxx') }, 'ca', 'not-a-certificate'],
    ['a certificate without its key', { client_certificate: selfSigned.cert }, 'client_key', 'missing'],
    ['a key without its certificate', { client_key: selfSigned.key }, 'client_certificate', 'missing'],
    ['no key', { ...client, client_key: 'planted' }, 'client_key', 'not-a-private-key'],
    ['two keys', { ...client, client_key: selfSigned.key + stranger.key }, 'client_key', 'not-a-private-key'],
    ["a stranger's key", { ...client, client_key: stranger.key }, 'client_key', 'other-private-key'],
  ])('%s', (_what, values, key, reason) => {
    const error = errorOf(() => parse(values));
    expect(error).toMatchObject({ name: 'ConfigurationError', key, reason });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toMatch(/planted|MII/);
  });
});

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};
