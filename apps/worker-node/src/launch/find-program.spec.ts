import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-path-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

test('returns the first executable file in PATH, never a folder, a plain file or a relative entry', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((name) => path.join(directory, name));
  if (!first || !second || !third) throw new Error('three folders');
  for (const folder of [first, second, third]) mkdirSync(folder);
  mkdirSync(path.join(first, 'tool'));
  writeFileSync(path.join(second, 'tool'), '', { mode: 0o644 });
  writeFileSync(path.join(third, 'tool'), '', { mode: 0o755 });
  expect(findProgram('tool', [first, second, third].join(':'))).toBe(path.join(third, 'tool'));
  expect(findProgram('tool', `${first}:${path.relative(process.cwd(), third)}`)).toBeNull();
  expect(findProgram('sh', undefined)).not.toBeNull();
});
