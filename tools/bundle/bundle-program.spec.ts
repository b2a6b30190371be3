import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram } from './bundle-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const program = `import { z } from 'zod';

const parse = (value: unknown): string => z.string().transform(refuse).parse(value);
const refuse = (): string => {
  throw new Error('refused');
};
try {
  parse('');
} catch (error) {
  console.log(error.stack);
}
`;

/** Below the checkout, where packages are found. */
let folder: string;

beforeAll(async () => {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  folder = await mkdtemp(path.join(root, 'dist/bundle-spec-'));
  await writeFile(path.join(folder, 'program.ts'), program);
});
afterAll(() => rm(folder, { recursive: true }));

it('names lines of sources in a stack, and lines of the bundle for the npm packages in it', async () => {
  const bundle = await bundleProgram(path.join(folder, 'program.ts'), path.join(folder, 'program.mjs'), {
    npmPackages: 'bundled',
    sourcemap: true,
  });
  const { stdout } = await promisify(execFile)(process.execPath, ['--enable-source-maps', bundle]);
  const frames = stdout.split('\n').filter((line) => /^\s+at .*dist.bundle-spec/.test(line));
  const places = frames.map((line) => /([^/:]+:\d+):\d+\)?$/.exec(line)?.[1]);
  expect(places.at(0)).toBe('program.ts:5');
  expect(places.slice(-2)).toEqual(['program.ts:3', 'program.ts:8']);
  const ofPackage = places.slice(1, -2);
  expect(ofPackage.length).toBeGreaterThan(1);
  for (const place of ofPackage) expect(place).toMatch(/^program\.mjs:\d+$/);
});

it('leaves a bundle that is the same already: a build of it stays up to date', async () => {
  const source = path.join(folder, 'small.ts');
  const bundleOf = async (text: string) => {
    await writeFile(source, text);
    return stat(await bundleProgram(source, path.join(folder, 'small.mjs')));
  };
  const first = await bundleOf(`console.log('one');`);
  const again = await bundleOf(`console.log('one');`);
  expect([again.ino, again.ctimeMs]).toEqual([first.ino, first.ctimeMs]);
  const other = await bundleOf(`console.log('two');`);
  expect(other.ino).not.toBe(first.ino);
});
