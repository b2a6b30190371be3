import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleQuickProgram } from './bundle-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

/** Prints a word, its arguments, and where it lies. */
const build = async (name: string, word: string): Promise<string> => {
  const source = path.join(folder, `${name}.ts`);
  await writeFile(
    source,
    `import path from 'node:path';
const say = async () => {
  const { constants } = await import('node:os');
  console.log('${word}', process.argv.slice(2).join(), path.basename(import.meta.dirname), constants.signals.SIGTERM);
};
void say();`,
  );
  return bundleQuickProgram(source, path.join(folder, name, 'program.cjs'));
};

beforeAll(async () => {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  folder = await mkdtemp(path.join(root, 'dist/quick-spec-'));
});
afterAll(() => rm(folder, { recursive: true }));

const print = async (program: string, options: readonly string[] = []): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, program, 'a b', '--'], { env: {} });
  return stdout.trim();
};

/** Whether V8 takes what it is offered. */
const isTaken = async (program: string, options: readonly string[] = []): Promise<boolean> => {
  const file = program.replace('.cjs', '-program');
  const check = `const { readFileSync } = require('node:fs');
    const source = readFileSync('${file}.js', 'utf8');
    const cachedData = readFileSync('${file}.cache').subarray(source.indexOf('\\n') + 1);
    console.log(new (require('node:vm').Script)(source, { cachedData }).cachedDataRejected)`;
  const { stdout } = await promisify(execFile)(process.execPath, [...options, '-e', check], { env: {} });
  return stdout.trim() === 'false';
};

it('runs with what V8 compiled of it, and without it on a Node that compiles otherwise', async () => {
  const program = await build('one', 'first');
  expect(await print(program)).toBe('first a b,-- one 15');
  expect(await isTaken(program)).toBe(true);
  const other = ['--stack-size=900'];
  expect(await isTaken(program, other)).toBe(false);
  expect(await print(program, other)).toBe('first a b,-- one 15');
});

it('runs nothing of another program of the same length, which V8 cannot tell apart', async () => {
  const [one, other] = [await build('old', 'before'), await build('new', 'after!')];
  const cacheOf = (program: string) => program.replace('.cjs', '-program.cache');
  const [before, after] = await Promise.all([one, other].map((file) => readFile(file.replace('.cjs', '-program.js'))));
  expect(before?.length).toBe(after?.length);
  await copyFile(cacheOf(one), cacheOf(other));
  expect(await print(other)).toBe('after! a b,-- new 15');
});

it.each([
  ['is missing', async (file: string) => rm(file)],
  ['is cut off', async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 1000))],
  ['is something else', async (file: string) => writeFile(file, 'x')],
])('runs where the compiled form %s', async (_, damage) => {
  const program = await build('damaged', 'well');
  await damage(program.replace('.cjs', '-program.cache'));
  expect(await print(program)).toBe('well a b,-- damaged 15');
});
