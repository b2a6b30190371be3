import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { connectionAddress } from './connection-address.ts';

const base = 'postgresql://user:p%40ss@db.example.com/store';

/** What pg does with it. */
const tlsOf = (query: string): unknown => {
  const client = new pg.Client(connectionAddress(`${base}${query}`));
  expect(client).toMatchObject({ user: 'user', password: 'p@ss', host: 'db.example.com', database: 'store' });
  return client.ssl;
};

describe('sslmode means what it means to libpq', () => {
  it('disable, and nothing at all, is without TLS, whatever the environment says', () => {
    process.env.PGSSLMODE = 'require';
    expect(tlsOf('')).toBe(false);
    expect(tlsOf('?sslmode=disable')).toBe(false);
    delete process.env.PGSSLMODE;
  });

  it('require encrypts and verifies nothing', () => {
    expect(tlsOf('?sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(tlsOf('?application_name=x&sslmode=require')).toEqual({ rejectUnauthorized: false });
  });

  it('require with an authority verifies it, and not the name', () => {
    const file = encodeURIComponent(import.meta.filename);
    for (const mode of ['require', 'verify-ca']) {
      const tls = tlsOf(`?sslmode=${mode}&sslrootcert=${file}`);
      expect(tls).toEqual({ ca: expect.any(String), checkServerIdentity: expect.any(Function) });
    }
  });

  it('verify-full verifies the authority and the name', () => {
    expect(tlsOf('?sslmode=verify-full')).toEqual({});
    expect(tlsOf('?sslmode=verify-full&sslrootcert=system')).toEqual({});
  });

  it.each([
    ['?sslmode=prefer', 'unencrypted where the server'],
    ['?sslmode=allow', 'unencrypted where the server'],
    ['?sslmode=on', 'must be disable, require, verify-ca or verify-full'],
    ['?sslmode=verify-ca', 'needs sslrootcert'],
    ['?sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
  ])('%s is refused, with the reason and without the address', (query, reason) => {
    expect(() => connectionAddress(`${base}${query}`)).toThrow(reason);
    expect(() => connectionAddress(`${base}${query}`)).not.toThrow('p%40ss');
  });
});
