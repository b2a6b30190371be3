import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeStartFailure } from './start-failure.ts';
import { readTlsFiles } from '../http/front/tls-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'backend-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['missing.pem', ''])('ends the start for good where a file of TLS is missing or a folder: "%s"', (name) => {
  const good = path.join(folder, 'good.pem');
  writeFileSync(good, '');
  const bad = path.join(folder, name);
  for (const [setting, tls] of Object.entries({
    SECRET_STORE_TLS_CERT: { certificateFile: bad, keyFile: good },
    SECRET_STORE_TLS_KEY: { certificateFile: good, keyFile: bad },
  })) {
    let failure: unknown = null;
    try {
      readTlsFiles(tls);
    } catch (error) {
      failure = describeStartFailure(error, tls);
    }
    expect(failure).toEqual({
      exitCode: 78,
      message: expect.stringMatching(
        new RegExp(`^the file of ${setting} cannot be read \\(E\\w+\\): correct`),
      ) as unknown,
    });
  }
});

it.each([
  ['ENOSPC', /^\/data\/state\/head cannot be used: the disk is full/],
  ['EROFS', /read-only: mount it/],
  ['EMFILE', /ulimit -n/],
])('names the file and what helps where the system refuses it with %s, and tries again', (code, message) => {
  const error = Object.assign(new Error('hunter2'), { code, syscall: 'open', path: '/data/state/head' });
  const failure = describeStartFailure(error, null);
  expect(failure.exitCode).toBe(1);
  expect(failure.message).toMatch(message);
});
