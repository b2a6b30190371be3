import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildSandbox } from '../../build.mjs';
import { detectIsolation } from './detect-isolation.ts';
import { findProgram } from './find-program.ts';
import { IsolationError } from './isolation.ts';

const sandboxDirectory = await buildSandbox();
let programs: string;

beforeEach(() => {
  programs = mkdtempSync(path.join(tmpdir(), 'programs-'));
});
afterEach(() => rmSync(programs, { recursive: true }));

const link = (name: string) => symlinkSync(findProgram(name) ?? '', path.join(programs, name));
const plant = (name: string, script: string) => writeFileSync(path.join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const detect = (setting: 'auto' | 'strict') => detectIsolation({ setting, sandboxDirectory, programDirectories: [programs] });

describe('the isolation', () => {
  test('is the full sandbox on this machine (needs bubblewrap and user namespaces)', async () => {
    expect(await detectIsolation({ setting: 'strict', sandboxDirectory })).toMatchObject({ mode: 'bubblewrap', warning: '' });
  });

  test.each([
    ['bubblewrap is missing', () => link('prlimit'), /install the package bubblewrap/],
    ['prlimit is missing', () => link('bwrap'), /install the package util-linux/],
    ['bubblewrap does not run', () => (link('prlimit'), plant('bwrap', 'exit 1')), /cannot run here/],
    ['bubblewrap runs something else', () => (link('prlimit'), plant('bwrap', 'exec cat >/dev/null')), /cannot run here/],
  ])('falls back with a warning when %s, and is refused under strict', async (_what, prepare, warning) => {
    prepare();
    const isolation = await detect('auto');
    expect(isolation.mode).toBe('permission');
    expect(isolation.warning).toMatch(warning);
    expect(isolation.warning).toMatch(/can reach the network/);
    await expect(detect('strict')).rejects.toThrow(IsolationError);
    await expect(detect('strict')).rejects.toThrow(warning);
  });
});
