import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseError } from '@secret-store/db';
import { expect, it } from 'vitest';
import { describeStartFailure } from './describe-start-failure.ts';
import { StartError } from './start-error.ts';

const coded = (code: string, fields: object = {}, message = 'hunter2') =>
  Object.assign(new Error(message), { code, ...fields });

it.each<[string, unknown, RegExp]>([
  ['a wrong password', coded('28P01'), /check both in its address/],
  ['a role that may not enter', coded('28000'), /sslmode=require/],
  ['no such database', coded('3D000'), /create it/],
  ['an unknown host', coded('ENOTFOUND', { syscall: 'getaddrinfo' }), /host of the database is unknown/],
  ['a server that is not there', coded('ECONNREFUSED', { syscall: 'connect' }), /nothing answers/i],
  ['a certificate of an own authority', coded('SELF_SIGNED_CERT_IN_CHAIN'), /sslrootcert=FILE/],
  ['a certificate of another name', coded('ERR_TLS_CERT_ALTNAME_INVALID'), /sslrootcert=FILE/],
  ['a server without TLS', new Error('The server does not support SSL connections'), /sslmode=disable/],
  ['an address that is none', coded('ERR_INVALID_URL', { input: 'hunter2' }), /percent-encoding/],
  ['a read-only database', coded('25006'), /primary server/],
  ['a newer database', new DatabaseError('MIGRATION_UNKNOWN', 'the database is newer; start a newer version'), /newer/],
  [
    'a failed migration on a full disk',
    new DatabaseError('MIGRATION_FAILED', 'it failed', { cause: coded('53100') }),
    /It failed: the disk of the database is full/,
  ],
  ['a bad setting', new StartError('SECRET_STORE_PORT must be a port'), /SECRET_STORE_PORT/],
  ['a full disk', coded('ENOSPC', { syscall: 'write', path: '/data/x' }), /\/data\/x cannot be used: the disk is full/],
  ['a read-only directory', coded('EROFS', { path: '/data' }), /read-only/],
  ['anything else', coded('EWHAT'), /does not know \(Error EWHAT\)/],
])('%s is one sentence, without a stack and without what the error quotes', (_, error, expected) => {
  const sentence = describeStartFailure(error);
  expect(sentence).toMatch(expected);
  expect(sentence).toMatch(/^The store could not start[^\n]*[.]$/);
  expect(sentence).not.toContain('hunter2');
});

it('says so of a data directory that is a file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-failure-'));
  const file = path.join(directory, 'data');
  writeFileSync(file, '');
  const main = path.resolve(import.meta.dirname, '../main.mjs');
  for (const place of [file, path.join(file, 'below')]) {
    const started = spawnSync(process.execPath, [main], {
      env: { PATH: process.env.PATH, SECRET_STORE_DATA_DIR: place },
      encoding: 'utf8',
    });
    expect(started.status).toBe(1);
    expect(started.stderr).toMatch(
      /^The store could not start\. [^\n]* it is a file, not a folder: [^\n]*\n$|a part of the path is a file/,
    );
    expect(started.stderr.trim().split('\n')).toHaveLength(1);
  }
  rmSync(directory, { recursive: true });
});
