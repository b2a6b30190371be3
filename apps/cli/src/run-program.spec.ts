import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, beforeAll, expect, test } from 'vitest';

let base: string;
let program: string;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'run-program-'));
  program = path.join(base, 'create-signing-key.mjs');
  await bundleProgram(path.join(import.meta.dirname, 'create-signing-key/main.ts'), program);
});
afterAll(() => rmSync(base, { recursive: true }));

const start = (script: string, file: string) =>
  spawn('sh', ['-c', script, process.execPath, program, path.join(base, file)], { stdio: ['ignore', 'pipe', 'pipe'] });

test('a command whose reader has gone is done with its work, and fails without a word of its own', async () => {
  const child = start('exec "$0" "$@"', 'one.pem');
  child.stdout.destroy();
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(stderr).toMatch(/^\S+one\.pem holds the private key\..*\n.*\nthe store accepts signed modules only\.\n$/);
  expect(status).toBe(1);
});

test('a command whose output cannot be written says why', async () => {
  const child = start('exec "$0" "$@" >/dev/full', 'two.pem');
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(stderr).toMatch(/\nsecret-store: standard output cannot be written: ENOSPC[^\n]*\n$/);
  expect(status).toBe(1);
});

test('a signing key that cannot be written whole is not written', async () => {
  const child = start('ulimit -f 0; exec "$0" "$@"', 'three.pem');
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ status, stderr }).toEqual({
    status: 73,
    stderr: `secret-store: ${base}/three.pem cannot be written; choose another place\n`,
  });
  expect(readdirSync(base)).not.toContain('three.pem');
});
