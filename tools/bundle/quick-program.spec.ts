import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
  const check = `const content = require('node:fs').readFileSync('${program.replace('.cjs', '.program')}');
    const begin = content.indexOf('\\n') + 1;
    const end = begin + Number(content.subarray(0, begin));
    const source = content.toString('latin1', begin, end);
    console.log(new (require('node:vm').Script)(source, { cachedData: content.subarray(end) }).cachedDataRejected)`;
  const { stdout } = await promisify(execFile)(process.execPath, [...options, '-e', check], { env: {} });
  return stdout.trim() === 'false';
};

it('runs with what V8 compiled of it, and without it on a Node that compiles otherwise', async () => {
  const program = await build('one', 'first ünïcode');
  expect(await print(program)).toBe('first ünïcode a b,-- one 15');
  expect(await isTaken(program)).toBe(true);
  const other = ['--stack-size=900'];
  expect(await isTaken(program, other)).toBe(false);
  expect(await print(program, other)).toBe('first ünïcode a b,-- one 15');
});

it('runs what is there now, also after a build to the same place whose source is as long', async () => {
  expect(await print(await build('two', 'before'))).toBe('before a b,-- two 15');
  expect(await print(await build('two', 'after!'))).toBe('after! a b,-- two 15');
});

it('runs where what V8 compiled is cut off', async () => {
  const program = await build('damaged', 'well');
  const file = program.replace('.cjs', '.program');
  await writeFile(file, (await readFile(file)).subarray(0, -1000));
  expect(await print(program)).toBe('well a b,-- damaged 15');
});
