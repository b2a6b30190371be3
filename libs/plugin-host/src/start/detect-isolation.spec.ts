import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildSandbox } from '../../build.mjs';
import { detectIsolation } from './detect-isolation.ts';
import { findProgram } from '../isolation/find-program.ts';
import { IsolationError } from '../isolation/isolation.ts';
import { resourceLimits } from '../isolation/node-arguments.ts';
import { defaultLimits } from '../isolation/plugin-limits.ts';

const sandboxDirectory = await buildSandbox();
let programs: string;

beforeEach(() => {
  programs = mkdtempSync(path.join(tmpdir(), 'programs-'));
});
afterEach(() => rmSync(programs, { recursive: true }));

const link = (name: string) => symlinkSync(findProgram(name) ?? '', path.join(programs, name));
const plant = (name: string, script: string) =>
  writeFileSync(path.join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const detect = (setting: 'auto' | 'strict') =>
  detectIsolation({ setting, sandboxDirectory, programDirectories: [programs] });

describe('the isolation', () => {
  test('is the full sandbox on this machine (needs bubblewrap and user namespaces)', async () => {
    expect(await detectIsolation({ setting: 'strict', sandboxDirectory })).toMatchObject({
      mode: 'bubblewrap',
      warning: '',
    });
  });

  test('is the full sandbox also where the operator allows fewer files or less memory than a plugin may have', async () => {
    // for the rest of this process: who may not raise it again cannot take it back
    execFileSync('prlimit', [`--pid=${process.pid}`, '--nofile=250:250', `--data=${4 * 1024 ** 3}:${4 * 1024 ** 3}`]);
    expect(resourceLimits({ ...defaultLimits, dataBytes: 8 * 1024 ** 3 })).toEqual(
      expect.arrayContaining(['--nofile=250', `--data=${4 * 1024 ** 3}`]),
    );
    expect(await detectIsolation({ setting: 'strict', sandboxDirectory })).toMatchObject({ mode: 'bubblewrap' });
  });

  const utilLinux = () => ['prlimit', 'setpriv', 'unshare'].forEach(link);

  test.each([
    ['bubblewrap is missing', () => {}, /install the package bubblewrap/],
    ['bubblewrap does not run', () => plant('bwrap', 'exit 1'), /cannot run here/],
    ['bubblewrap runs something else', () => plant('bwrap', 'exec cat >/dev/null'), /cannot run here/],
  ])(
    'falls back to namespaces with a warning when %s, and is refused under strict',
    async (_what, prepare, warning) => {
      utilLinux();
      prepare();
      const isolation = await detect('auto');
      expect(isolation.mode).toBe('namespaces');
      expect(isolation.warning).toMatch(warning);
      expect(isolation.warning).toMatch(/can connect to unix sockets/);
      await expect(detect('strict')).rejects.toThrow(IsolationError);
      await expect(detect('strict')).rejects.toThrow(warning);
    },
  );

  const withoutNamespaces = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
  test.each([
    ['unshare is missing', () => (link('prlimit'), link('setpriv')), /install the package bubblewrap/],
    ['setpriv is missing', () => (link('prlimit'), link('unshare')), /install the package bubblewrap/],
    ['prlimit is missing', () => ['bwrap', 'setpriv', 'unshare'].forEach(link), /install the package util-linux/],
    [
      'namespaces are not allowed',
      () => (link('prlimit'), link('setpriv'), plant('unshare', 'exit 1')),
      /install the package bubblewrap/,
    ],
    [
      'unshare unshares nothing',
      () => (link('prlimit'), link('setpriv'), plant('unshare', withoutNamespaces)),
      /install the package bubblewrap/,
    ],
  ])(
    'falls back to the permission model with a warning when %s, and is refused under strict',
    async (_what, prepare, warning) => {
      prepare();
      const isolation = await detect('auto');
      expect(isolation.mode).toBe('permission');
      expect(isolation.warning).toMatch(warning);
      expect(isolation.warning).toMatch(/can reach the network/);
      await expect(detect('strict')).rejects.toThrow(IsolationError);
      await expect(detect('strict')).rejects.toThrow(warning);
    },
  );
});
